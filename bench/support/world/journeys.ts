import type { JourneyDefinition, JourneyNode } from "#server/domain/definitions/journey.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function mail(id: string, response: string, next: string): JourneyNode {
  return { id, kind: "help", response, channels: ["email"], validForMs: DAY, sensitive: false, expectedBenefit: 5, next };
}

const done: JourneyNode = { id: "done", kind: "exit", reason: "finished" };

function journey(part: Pick<JourneyDefinition, "key" | "entry" | "nodes" | "start"> & Partial<JourneyDefinition>): JourneyDefinition {
  return {
    name: part.key,
    description: "",
    purpose: "proactive_help",
    class: "help",
    topic: "order_help",
    priority: 50,
    whenOutranked: "hold",
    reentry: { mode: "always" },
    concurrency: "many",
    exitOn: { situationEnds: false, event: { type: "track", name: "Order Cancelled" } },
    goal: { match: { type: "track", name: "Order Completed" }, windowMs: 2 * DAY },
    holdoutShare: 0,
    rolloutShare: 1,
    duplicateWindowMs: 0,
    ...part,
  };
}

/** The event that starts a three-step journey: look whether it is late enough, write a mail, be done. */
export const ROAD_EVENT = "Parcel Delayed";

const lateEnough: JourneyNode = {
  id: "late_enough",
  kind: "branch",
  cases: [{ name: "An hour or more", rule: { field: "entry.delay_minutes", op: "gte", value: 60 }, next: "tell" }],
  otherwise: "done",
};

const situationJourneys = ["checkout", "delivery", "sign_in", "search", "billing"].map((area) =>
  journey({
    key: `${area}_help`,
    area,
    entry: { kind: "situation", situation: `${area}_friction` },
    reentry: { mode: "after", ms: 3 * DAY },
    concurrency: "one",
    start: "who",
    nodes: [
      {
        id: "who",
        kind: "branch",
        cases: [{ name: "Gold", rule: { field: "segment.gold_customers", op: "eq", value: true }, next: "tell" }],
        otherwise: "ladder",
      },
      mail("tell", "friction_help", "done"),
      {
        id: "ladder",
        kind: "ladder",
        rungs: [
          { response: "friction_help", channels: ["in_app"], validForMs: DAY, waitMs: 2 * HOUR },
          { response: "friction_help", channels: ["email"], validForMs: DAY, waitMs: 2 * HOUR },
        ],
        sensitive: false,
        expectedBenefit: 10,
        next: "done",
      },
      done,
    ],
  }),
);

/** A scheduled mail to everybody known, at a minute of a day. */
export function scheduledJourney(key: string, cron: string): JourneyDefinition {
  return journey({
    key,
    entry: { kind: "schedule", cron, zone: "UTC", segment: "known_customers" },
    start: "tell",
    nodes: [mail("tell", "news", "done"), done],
  });
}

export const benchJourneys: JourneyDefinition[] = [
  ...situationJourneys,
  journey({
    key: "parcel_delay",
    purpose: "service",
    class: "service",
    entry: { kind: "event", match: { type: "track", name: ROAD_EVENT } },
    start: "late_enough",
    nodes: [lateEnough, mail("tell", "delay_notice", "done"), done],
  }),
  journey({
    key: "refund_waits",
    entry: { kind: "event", match: { type: "track", name: "Refund Requested" } },
    start: "wait",
    nodes: [{ id: "wait", kind: "wait", mode: "for", ms: DAY, next: "tell" }, mail("tell", "friction_help", "done"), done],
  }),
  journey({
    key: "plan_downgraded",
    entry: { kind: "event", match: { type: "track", name: "Plan Downgraded" } },
    start: "tell",
    nodes: [mail("tell", "friction_help", "done"), done],
  }),
  journey({ key: "asked_for", entry: { kind: "api" }, start: "tell", nodes: [mail("tell", "friction_help", "done"), done] }),
  scheduledJourney("new_year", "0 9 1 1 *"),
];
