import type { Deps } from "#server/deps.ts";
import { journeySchema } from "#server/domain/definitions/journey.ts";
import type { PolicyDefinition } from "#server/domain/definitions/policy.ts";
import { responseSchema } from "#server/domain/definitions/response.ts";
import { signalSchema } from "#server/domain/definitions/signal.ts";
import { type Definition, publish } from "../../bench/support/world.ts";

/** Starts `tell`: one mail at once, then a moment of waiting. */
export const HELP_NEEDED = "Help Needed";
/** Starts `remind`: a mail after `REMIND_AFTER_MS`. */
export const REMINDER_WANTED = "Reminder Wanted";
export const REMIND_AFTER_MS = 12_000;
export const ORDER_COMPLETED = "Order Completed";

const DAY = 86_400_000;

/** Counts every order without forgetting: the sum is the number of events that were applied. */
export const ordersSeen = signalSchema.parse({
  key: "orders_seen",
  name: "Orders",
  clue: { en: "You ordered." },
  purpose: "proactive_help",
  sources: ["*"],
  halfLifeMs: 400 * DAY,
  saturation: 1,
  reliability: { alpha: 9, beta: 1 },
  kind: "count",
  match: { type: "track", name: ORDER_COMPLETED },
  weight: 1,
});

const policies: PolicyDefinition[] = [
  {
    kind: "consent",
    key: "consent",
    name: "Help by mail unless objected",
    rules: [
      { purpose: "service", channel: "*", basis: "contract", unknown: "allowed" },
      { purpose: "proactive_help", channel: "*", basis: "legitimate_interest", unknown: "allowed" },
      { purpose: "marketing", channel: "*", basis: "consent", unknown: "refused" },
    ],
  },
  {
    kind: "moderation",
    key: "moderation",
    name: "Nothing is held back",
    quietHours: [],
    caps: [],
    cooldownMs: 0,
    caseGraceMs: 0,
    releasePerMinute: 100_000,
  },
];

const response = responseSchema.parse({
  key: "help_mail",
  name: "Help by mail",
  intent: "help_mail",
  benefit: { en: "You can go on where you stopped." },
  variables: [{ path: "traits.firstName", fallback: "there" }],
  variants: [
    {
      channel: "email",
      locale: "en",
      tone: "neutral",
      subject: "Can we help, {{ traits.firstName }}?",
      body: "Hello {{ traits.firstName }},\n\nyou can go on where you stopped.",
      action: { label: "Go on", url: "https://shop.test/go-on" },
    },
  ],
});

const help = { kind: "help", response: response.key, channels: ["email"], validForMs: DAY, sensitive: false, expectedBenefit: 1 };

function journey(key: string, event: string, start: string, nodes: readonly object[]) {
  return journeySchema.parse({
    key,
    name: key,
    description: "",
    purpose: "proactive_help",
    class: "help",
    topic: "checkout",
    priority: 50,
    whenOutranked: "hold",
    entry: { kind: "event", match: { type: "track", name: event } },
    reentry: { mode: "always" },
    concurrency: "many",
    exitOn: { situationEnds: false },
    holdoutShare: 0,
    rolloutShare: 1,
    duplicateWindowMs: 0,
    start,
    nodes: [...nodes, { id: "done", kind: "exit", reason: "done" }],
  });
}

const tell = journey("tell", HELP_NEEDED, "help", [
  { ...help, id: "help", next: "pause" },
  { id: "pause", kind: "wait", mode: "for", ms: 1_000, next: "done" },
]);
const remind = journey("remind", REMINDER_WANTED, "later", [
  { id: "later", kind: "wait", mode: "for", ms: REMIND_AFTER_MS, next: "help" },
  { ...help, id: "help", next: "done" },
]);

/** What the system tests run on, written by one person and approved by another. */
export async function publishSystemWorld(deps: Deps): Promise<void> {
  const definitions: Definition[] = [
    ...policies.map((content) => ({ kind: "policy" as const, content })),
    { kind: "signal", content: ordersSeen },
    { kind: "response", content: response },
    { kind: "journey", content: tell },
    { kind: "journey", content: remind },
  ];
  await publish(deps, definitions);
}
