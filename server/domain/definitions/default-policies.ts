import type { Catalog } from "./catalog.ts";

/**
 * What holds until the company's own policies are live: conservative on purpose. Version 0 marks them in every decision.
 * Legal hours follow 47 CFR 64.1200(c)(1) narrowed to 08:00–20:00.
 */
export const defaultPolicies: Catalog["policies"] = {
  consent: {
    version: 0,
    contentHash: "default",
    definition: {
      kind: "consent",
      key: "consent",
      name: "Built-in consent rules",
      rules: [
        { purpose: "service", channel: "*", basis: "contract", unknown: "allowed" },
        { purpose: "proactive_help", channel: "in_page", basis: "legitimate_interest", unknown: "allowed" },
        { purpose: "proactive_help", channel: "in_app", basis: "legitimate_interest", unknown: "allowed" },
        { purpose: "proactive_help", channel: "*", basis: "consent", unknown: "refused" },
        { purpose: "marketing", channel: "*", basis: "consent", unknown: "refused" },
      ],
    },
  },
  channels: {
    version: 0,
    contentHash: "default",
    definition: {
      kind: "channels",
      key: "channels",
      name: "Built-in channel order",
      order: ["in_page", "in_app", "push", "email", "whatsapp", "sms", "agent", "call"],
      intrusiveness: { in_page: 1, in_app: 2, push: 4, email: 3, whatsapp: 6, sms: 6, agent: 7, call: 9 },
    },
  },
  moderation: {
    version: 0,
    contentHash: "default",
    definition: {
      kind: "moderation",
      key: "moderation",
      name: "Built-in moderation",
      quietHours: [{ channels: ["sms", "push", "whatsapp", "call", "email"], window: { from: "20:00", to: "08:00" } }],
      caps: [
        { channel: "*", max: 2, per: "day" },
        { channel: "*", max: 5, per: "week" },
      ],
      cooldownMs: 4 * 3_600_000,
      caseGraceMs: 24 * 3_600_000,
      releasePerMinute: 60,
    },
  },
  holdout: {
    version: 0,
    contentHash: "default",
    definition: { kind: "holdout", key: "holdout", name: "No global holdout", globalShare: 0, salt: "global" },
  },
  classes: {
    version: 0,
    contentHash: "default",
    definition: {
      kind: "classes",
      key: "classes",
      name: "Built-in class table",
      skips: [
        { class: "service", guards: ["cooldown", "case"] },
        { class: "critical", guards: ["quiet_hours", "caps", "cooldown", "case", "holdout", "conflict"] },
        { class: "incident_notice", guards: ["incident", "case", "cooldown", "caps", "holdout"] },
      ],
    },
  },
};
