import type { PolicyDefinition } from "#server/domain/definitions/policy.ts";

const HOUR = 3_600_000;

/** Quiet hours lie twelve hours away from the run, so that they are looked at whatever the time of day and hold nobody. */
function farWindow(now: number): { from: string; to: string } {
  const hour = (at: number) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", hour: "2-digit", hourCycle: "h23" }).format(at);
  return { from: `${hour(now + 11.5 * HOUR)}:00`, to: `${hour(now + 12.5 * HOUR)}:00` };
}

/** Every guard has something to look at, and none of them stops anything. */
export function benchPolicies(now: number): PolicyDefinition[] {
  return [
    {
      kind: "consent",
      key: "consent",
      name: "Consent rules",
      rules: [
        { purpose: "service", channel: "*", basis: "contract", unknown: "allowed" },
        { purpose: "proactive_help", channel: "in_page", basis: "legitimate_interest", unknown: "allowed" },
        { purpose: "proactive_help", channel: "in_app", basis: "legitimate_interest", unknown: "allowed" },
        { purpose: "proactive_help", channel: "email", basis: "legitimate_interest", unknown: "allowed" },
        { purpose: "marketing", channel: "*", basis: "consent", unknown: "refused" },
      ],
    },
    {
      kind: "channels",
      key: "channels",
      name: "Smallest interruption first",
      order: ["in_page", "in_app", "email", "push", "whatsapp", "sms", "agent", "call"],
      intrusiveness: { in_page: 1, in_app: 2, email: 3, push: 4, whatsapp: 6, sms: 6, agent: 7, call: 9 },
    },
    {
      kind: "moderation",
      key: "moderation",
      name: "Moderation",
      quietHours: [{ channels: ["email", "push"], window: farWindow(now) }],
      caps: [
        { channel: "*", max: 1_000, per: "day" },
        { channel: "*", max: 1_000, per: "week" },
        { channel: "email", max: 1_000, per: "rolling_24h" },
      ],
      cooldownMs: 0,
      caseGraceMs: 24 * HOUR,
      releasePerMinute: 100_000,
    },
    { kind: "holdout", key: "holdout", name: "Nobody left alone", globalShare: 0, salt: "bench" },
    {
      kind: "classes",
      key: "classes",
      name: "What each class may skip",
      skips: [
        { class: "service", guards: ["case"] },
        { class: "critical", guards: ["quiet_hours", "caps", "cooldown", "case", "holdout", "conflict"] },
        { class: "incident_notice", guards: ["incident", "case", "cooldown", "caps", "holdout"] },
      ],
    },
  ];
}
