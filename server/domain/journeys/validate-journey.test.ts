import { describe, expect, it } from "vitest";
import { aJourney, DAY, exit, HOUR, help, ladder, live, MINUTE, untilEvent, waitFor } from "../../../tests/support/journey-world.ts";
import { type Channel, channels } from "../definitions/common-fields.ts";
import type { JourneyDefinition, JourneyNode } from "../definitions/journey.ts";
import type { ResponseDefinition } from "../definitions/response.ts";
import type { Rule } from "../definitions/rule.ts";
import { type CatalogView, validateJourney } from "./validate-journey.ts";

function response(key: string, on: readonly Channel[]): ResponseDefinition {
  return {
    key,
    name: key,
    intent: "fix_card",
    benefit: { en: "Your payment goes through" },
    variables: [],
    variants: on.map((channel) => ({ channel, locale: "en", tone: "neutral", body: "Try another card" })),
  };
}

const situation = {
  key: "checkout_trouble",
  name: "Trouble at checkout",
  meaning: { en: "Paying does not work" },
  signals: [{ signal: "rage_clicks", group: "clicks", weight: 1 }],
  minGroups: 1,
  thresholds: { enter: 0.6, exit: 0.3 },
  segmentThresholds: [],
  confidenceFloor: 0.5,
  belowFloor: "silent" as const,
};

const view: CatalogView = {
  signals: new Map(),
  situations: new Map([["checkout_trouble", live(situation)]]),
  segments: new Map([["all_people", live({ key: "all_people", name: "All", rule: { all: [] } })]]),
  responses: new Map([
    ["card_tip", live(response("card_tip", channels))],
    ["mail_only", live(response("mail_only", ["email"]))],
    ["by_phone", live(response("by_phone", ["call", "agent"]))],
  ]),
  policies: {
    consent: live({
      kind: "consent",
      key: "consent",
      name: "C",
      rules: [{ purpose: "service", channel: "*", basis: "contract", unknown: "allowed" }],
    }),
    channels: live({
      kind: "channels",
      key: "channels",
      name: "C",
      order: ["in_page", "in_app", "email", "sms", "agent", "call"],
      intrusiveness: { in_page: 1, in_app: 2, email: 4, sms: 7, agent: 8, call: 10 },
    }),
    moderation: live({
      kind: "moderation",
      key: "m",
      name: "M",
      quietHours: [],
      caps: [],
      cooldownMs: 0,
      caseGraceMs: 0,
      releasePerMinute: 100,
    }),
    holdout: live({ kind: "holdout", key: "h", name: "H", globalShare: 0, salt: "g1" }),
    classes: live({ kind: "classes", key: "c", name: "C", skips: [] }),
  },
};

const problems = (nodes: JourneyNode[], changes: Partial<JourneyDefinition> = {}) => validateJourney(aJourney(nodes, changes), view);
const codes = (nodes: JourneyNode[], changes: Partial<JourneyDefinition> = {}) => problems(nodes, changes).map((problem) => problem.code);
const withResponse = (response: string, on: "auto" | Channel[] = "auto"): JourneyNode => ({
  id: "tip",
  kind: "help",
  response,
  channels: on,
  validForMs: HOUR,
  sensitive: false,
  expectedBenefit: 1,
  next: "done",
});
const branch = (rules: Rule[], names = rules.map((_, index) => `case ${index}`)): JourneyNode => ({
  id: "fork",
  kind: "branch",
  cases: rules.map((rule, index) => ({ name: names[index] ?? "", rule, next: "done" })),
  otherwise: "done",
});
const pro: Rule = { field: "traits.plan", op: "eq", value: "pro" };

describe("a sound journey", () => {
  it("has no problems", () => {
    expect(
      problems([
        ladder("steps", "paid", [["in_page"], ["email"], ["agent"]]),
        untilEvent("paid", "Paid", "done", "nudge"),
        waitFor("nudge", HOUR, "steps"),
        exit(),
      ]),
    ).toEqual([]);
  });

  it("may go round when it waits for time or for an event on the way", () => {
    expect(codes([help("tip", "rest"), waitFor("rest", DAY, "tip"), exit("done")])).not.toContain("loop_without_wait");
    expect(codes([help("tip", "paid"), untilEvent("paid", "Paid", "done", "tip"), exit()])).toEqual([]);
  });
});

describe("the graph", () => {
  const self = (id: string, next: string): JourneyNode => ({ id, kind: "goal", next });
  const hours: JourneyNode = { id: "hours", kind: "wait", mode: "until_local_time", from: "09:00", to: "17:00", days: [1], next: "tip" };

  it.each<[string, JourneyNode[], Partial<JourneyDefinition>, string, string | undefined]>([
    ["a node to which nothing leads", [help("tip", "done"), exit(), exit("lost")], {}, "unreachable", "lost"],
    ["a connection that leads nowhere", [help("tip", "gone")], {}, "dangling_next", "tip"],
    ["a start that is no node", [exit()], { start: "gone" }, "start_missing", undefined],
    ["two nodes of one name", [help("tip", "done"), exit(), exit()], {}, "duplicate_node", "done"],
    ["a loop of help, which may be settled at once", [help("tip", "tip")], {}, "loop_without_wait", "tip"],
    ["a loop whose only wait is a window that may be open", [help("tip", "hours"), hours], {}, "loop_without_wait", "tip"],
    [
      "a loop of ladders, passed over when the situation is over",
      [ladder("one", "two"), ladder("two", "one")],
      {},
      "loop_without_wait",
      "one",
    ],
    ["a branch with two equal rules", [branch([pro, pro]), exit()], {}, "ambiguous_branch", "fork"],
    ["a branch with two cases of one name", [branch([pro, { not: pro }], ["a", "a"]), exit()], {}, "ambiguous_branch", "fork"],
    ["a branch with a case that always holds", [branch([{ all: [] }, pro]), exit()], {}, "ambiguous_branch", "fork"],
    [
      "a split with two arms of one name",
      [
        {
          id: "half",
          kind: "split",
          salt: "s",
          arms: [
            { key: "aa", weight: 1, next: "done" },
            { key: "aa", weight: 1, next: "done" },
          ],
        },
        exit(),
      ],
      {},
      "ambiguous_split",
      "half",
    ],
    [
      "more than 400 nodes",
      [...Array.from({ length: 400 }, (_, i) => self(`n${i}`, i === 399 ? "done" : `n${i + 1}`)), exit()],
      {},
      "too_many_nodes",
      undefined,
    ],
  ])("is refused with %s", (_, nodes, changes, code, nodeId) => {
    const found = problems(nodes, changes).find((problem) => problem.code === code);
    expect(found).toMatchObject({ severity: "error", ...(nodeId !== undefined && { nodeId }) });
    if (nodeId !== undefined) expect(found?.message).toContain(`"${nodeId}"`);
  });

  it("is doubted when no way ends at an exit", () => {
    expect(problems([help("tip", "rest"), waitFor("rest", DAY, "tip")])).toMatchObject([{ code: "no_exit", severity: "warning" }]);
  });
});

describe("what a journey names", () => {
  it.each<[string, JourneyNode[], Partial<JourneyDefinition>, string]>([
    ["a response that is not live", [withResponse("gone"), exit()], {}, "response_not_live"],
    ["a channel no provider serves", [withResponse("card_tip", ["push"]), exit()], {}, "channel_without_provider"],
    ["a channel the response has no variant for", [withResponse("mail_only", ["email", "sms"]), exit()], {}, "channel_without_variant"],
    ["a starting situation that is not live", [exit()], { entry: { kind: "situation", situation: "gone" } }, "situation_not_live"],
    [
      "a segment that is not live",
      [exit()],
      { entry: { kind: "schedule", cron: "0 9 * * *", zone: "customer", segment: "gone" } },
      "segment_not_live",
    ],
    [
      "a rule over a signal that is not live",
      [branch([{ any: [{ not: { field: "signal.gone", op: "gt", value: 0.5 } }] }]), exit()],
      {},
      "signal_not_live",
    ],
    [
      "a wait for a situation that is not live",
      [
        { id: "over", kind: "wait", mode: "until_situation_ends", situation: "gone", timeoutMs: HOUR, next: "done", onTimeout: "done" },
        exit(),
      ],
      {},
      "situation_not_live",
    ],
    [
      "a goal over a segment that is not live",
      [exit()],
      { goal: { match: { type: "track", where: { field: "segment.gone", op: "eq", value: true } }, windowMs: HOUR } },
      "segment_not_live",
    ],
  ])("is refused with %s", (_, nodes, changes, code) => {
    expect(codes(nodes, changes)).toContain(code);
  });

  it("is measured against the providers given, when they are given", () => {
    const journey = aJourney([withResponse("card_tip", ["email"]), exit()]);
    expect(validateJourney(journey, { ...view, providers: ["in_page"] })).toMatchObject([
      { code: "channel_without_provider", nodeId: "tip", field: "channels" },
    ]);
    expect(validateJourney(journey, { ...view, providers: ["email"] })).toEqual([]);
  });
});

describe("manners", () => {
  it("a ladder that starts loud is refused, one that steps back is doubted", () => {
    expect(problems([ladder("steps", "done", [["sms"], ["email"]]), exit()])).toMatchObject([
      { code: "ladder_starts_loud", nodeId: "steps", field: "rungs.0.channels", severity: "error" },
    ]);
    expect(problems([ladder("steps", "done", [["in_page"], ["sms"], ["email"]]), exit()])).toMatchObject([
      { code: "ladder_steps_back", nodeId: "steps", field: "rungs.2.channels", severity: "warning" },
    ]);
  });

  it("help that cannot be declined is refused, except behind help that can", () => {
    expect(codes([withResponse("by_phone"), exit()])).toContain("no_way_to_decline");
    expect(codes([withResponse("by_phone"), exit()], { class: "service", purpose: "service" })).not.toContain("no_way_to_decline");
    expect(codes([ladder("steps", "done", [["in_page"], ["call"]]), exit()])).toEqual([]);
  });

  it("marketing needs the purpose that asks for an opt-in", () => {
    expect(codes([help("tip", "done"), exit()], { class: "marketing" })).toContain("purpose_mismatch");
    expect(codes([help("tip", "done"), exit()], { class: "marketing", purpose: "marketing" })).toEqual([]);
  });
});

describe("the frame", () => {
  const schedule = (cron: string, zone = "customer") => ({ entry: { kind: "schedule", cron, zone, segment: "all_people" } as const });

  it.each<[string, Partial<JourneyDefinition>, string]>([
    ["ends before it begins", { validFrom: "2026-07-02T00:00:00Z", validUntil: "2026-07-02T00:00:00Z" }, "never_valid"],
    ["gives its goal no time", { goal: { match: { type: "track", name: "Paid" }, windowMs: MINUTE - 1 } }, "goal_window"],
    ["has a schedule with a fault", schedule("0 25 * * *"), "cron_invalid"],
    ["has a schedule of six fields", schedule("0 0 9 * * *"), "cron_invalid"],
    ["has a schedule that never comes", schedule("0 0 31 2 *"), "cron_never"],
    ["runs in an unknown zone", schedule("0 9 * * *", "Mars/Olympus"), "zone_unknown"],
  ])("is refused when it %s", (_, changes, code) => {
    expect(
      problems([help("tip", "done"), exit()], changes)
        .filter((problem) => problem.severity === "error")
        .map((problem) => problem.code),
    ).toEqual([code]);
  });

  it("is doubted when it reaches or helps nobody, or waits for a situation that does not start it", () => {
    expect(codes([help("tip", "done"), exit()], { rolloutShare: 0, holdoutShare: 1 })).toEqual(["reaches_nobody", "helps_nobody"]);
    expect(codes([ladder("steps", "done"), exit()], { entry: { kind: "api" } })).toEqual([
      "no_situation_to_end",
      "ladder_without_situation",
    ]);
    expect(codes([exit()])).toEqual(["does_nothing"]);
  });
});
