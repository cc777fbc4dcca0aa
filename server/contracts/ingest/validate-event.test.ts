import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EventContext, isLargerThan, validateEvent } from "./validate-event.ts";

const HOUR = 3_600_000;
const receivedAt = Date.parse("2026-03-01T12:00:00Z");
const iso = (at: number): string => new Date(at).toISOString();

function context(more: Partial<EventContext> = {}): EventContext {
  return {
    type: null,
    receivedAt,
    sentAt: null,
    sharedContext: null,
    sharedIntegrations: null,
    imported: false,
    triggerMaxAgeMs: HOUR,
    inspectStrings: true,
    newMessageId: () => "made",
    ...more,
  };
}

const track = (more: object = {}) => ({ type: "track", event: "X", userId: "u", messageId: "m", ...more });

function accepted(raw: unknown, more: Partial<EventContext> = {}) {
  const checked = validateEvent(raw, context(more));
  if (!checked.ok) throw new Error(`refused: ${checked.rejection.message}`);
  return checked.event;
}

describe("validateEvent", () => {
  test("never throws, and what it accepts is at most 32 KB of JSON that reads back as it was written", () => {
    const shapes = fc.record(
      {
        type: fc.oneof(fc.constantFrom("track", "identify", "page", "screen", "group", "alias"), fc.jsonValue()),
        event: fc.oneof(fc.string(), fc.jsonValue()),
        userId: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
        anonymousId: fc.jsonValue(),
        messageId: fc.jsonValue(),
        timestamp: fc.oneof(
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
          fc.jsonValue(),
        ),
        properties: fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()),
        traits: fc.jsonValue(),
        context: fc.jsonValue(),
        groupId: fc.jsonValue(),
        previousId: fc.jsonValue(),
      },
      { requiredKeys: ["type"] },
    );
    fc.assert(
      fc.property(fc.oneof(shapes, fc.jsonValue()), (value) => {
        const checked = validateEvent(JSON.parse(JSON.stringify(value)), context());
        if (!checked.ok) return checked.rejection.message.length > 0;
        const { payload, occurredAt, userId, anonymousId } = checked.event;
        return (
          Buffer.byteLength(payload) <= 32 * 1024 &&
          JSON.stringify(JSON.parse(payload)) === payload &&
          !payload.includes("\\u0000") &&
          occurredAt >= 0 &&
          occurredAt <= receivedAt + 24 * HOUR &&
          (userId ?? anonymousId) !== null
        );
      }),
      { numRuns: 200 },
    );
  }, 30_000);

  test("size is counted in bytes of UTF-8, exactly", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const bytes = Buffer.byteLength(text);
        return !isLargerThan(text, bytes) && (bytes === 0 || isLargerThan(text, bytes - 1));
      }),
    );
  });
});

describe("when an event happened", () => {
  test("a sender whose clock is ten minutes fast is corrected by sentAt", () => {
    const fast = 600_000;
    const event = accepted(track({ timestamp: iso(receivedAt - 5_000 + fast) }), { sentAt: receivedAt + fast });
    expect(event.occurredAt).toBe(receivedAt - 5_000);
  });

  test("history keeps its time as it is told, and is flagged", () => {
    const timestamp = "1997-05-04T00:00:00Z";
    const imported = accepted(track({ timestamp }), { imported: true, sentAt: receivedAt - 700 });
    const flagged = accepted(track({ timestamp, context: { historical: true } }), { sentAt: receivedAt - 700 });
    for (const event of [imported, flagged]) expect([event.occurredAt, event.historical]).toEqual([Date.parse(timestamp), true]);
  });

  test("older than the source's trigger age is history, younger is not", () => {
    expect(accepted(track({ timestamp: iso(receivedAt - HOUR) })).historical).toBe(false);
    expect(accepted(track({ timestamp: iso(receivedAt - HOUR - 1) })).historical).toBe(true);
    expect(accepted(track({ timestamp: iso(receivedAt - 1) }), { triggerMaxAgeMs: 0 }).historical).toBe(true);
  });

  test("more than a day in the future is a wrong clock: it happened when it arrived", () => {
    expect(accepted(track({ timestamp: iso(receivedAt + 24 * HOUR) })).occurredAt).toBe(receivedAt + 24 * HOUR);
    expect(accepted(track({ timestamp: iso(receivedAt + 24 * HOUR + 1) })).occurredAt).toBe(receivedAt);
    expect(accepted(track()).occurredAt).toBe(receivedAt);
  });
});

describe("what an event is made of", () => {
  test("shared context and integrations lie under the event's own", () => {
    const { payload } = accepted(track({ context: { locale: "de" }, integrations: { All: false } }), {
      sharedContext: { locale: "en", app: "shop" },
      sharedIntegrations: { Mail: true },
    });
    expect(JSON.parse(payload)).toMatchObject({ context: { locale: "de", app: "shop" }, integrations: { Mail: true, All: false } });
  });

  test("a numeric userId is its digits; write key and transport metadata are not kept", () => {
    const event = accepted(track({ userId: 42, writeKey: "secret", _metadata: {} }));
    expect(event.userId).toBe("42");
    expect(JSON.parse(event.payload)).toEqual({ type: "track", event: "X", userId: "42", messageId: "m" });
  });

  test("a missing messageId is made and kept", () => {
    const event = accepted({ event: "X", userId: "u" }, { type: "track" });
    expect([event.messageId, JSON.parse(event.payload).messageId]).toEqual(["made", "made"]);
  });
});
