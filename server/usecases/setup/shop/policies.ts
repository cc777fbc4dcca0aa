import type { PolicyDefinition } from "#server/domain/definitions/policy.ts";

const HOUR = 3_600_000;

export const shopPolicies: PolicyDefinition[] = [
  {
    kind: "consent",
    key: "consent",
    name: "Consent rules of the shop",
    rules: [
      { purpose: "service", channel: "*", basis: "contract", unknown: "allowed" },
      { purpose: "proactive_help", channel: "in_page", basis: "legitimate_interest", unknown: "allowed" },
      { purpose: "proactive_help", channel: "in_app", basis: "legitimate_interest", unknown: "allowed" },
      { purpose: "proactive_help", channel: "email", basis: "legitimate_interest", unknown: "allowed" },
      { purpose: "proactive_help", channel: "*", basis: "consent", unknown: "refused" },
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
    name: "Moderation of the shop",
    quietHours: [
      { channels: ["email", "push"], window: { from: "22:00", to: "07:00" } },
      { channels: ["sms", "whatsapp", "call"], window: { from: "20:00", to: "08:00" } },
    ],
    caps: [
      { channel: "*", max: 3, per: "day" },
      { channel: "*", max: 8, per: "week" },
      { channel: "email", max: 2, per: "rolling_24h" },
    ],
    cooldownMs: HOUR,
    caseGraceMs: 24 * HOUR,
    releasePerMinute: 120,
  },
  { kind: "holdout", key: "holdout", name: "Customers left alone", globalShare: 0.05, salt: "shop-2026" },
  {
    kind: "classes",
    key: "classes",
    name: "What each class may skip",
    skips: [
      { class: "service", guards: ["cooldown", "quiet_hours", "case"] },
      { class: "critical", guards: ["quiet_hours", "caps", "cooldown", "case", "holdout", "conflict"] },
      { class: "incident_notice", guards: ["incident", "case", "cooldown", "caps", "holdout"] },
    ],
  },
];
