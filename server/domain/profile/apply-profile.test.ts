import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { DomainEvent } from "../events.ts";
import { hour, start, trackEvent } from "../signals/signals.fixture.ts";
import { normaliseAddress } from "./address.ts";
import { applyProfile, maxTraitBytes, maxTraits } from "./apply-profile.ts";
import { emptyProfile, type Profile } from "./profile.ts";

function identify(id: string, at: number, traits: Record<string, unknown>, change: Partial<DomainEvent> = {}): DomainEvent {
  return trackEvent(id, "", at, { type: "identify", name: null, traits, ...change });
}
const browser = { sourceKind: "browser" as const, verified: false };
const proven = { sourceKind: "browser" as const, verified: true };

const atOnce = (...events: DomainEvent[]): Profile => applyProfile(emptyProfile(), events).profile;
const inTurn = (...events: DomainEvent[]): Profile =>
  events.reduce((profile, event) => applyProfile(profile, [event]).profile, emptyProfile());

describe("traits", () => {
  it("the last writer by event time wins, whenever it arrives", () => {
    const profile = inTurn(identify("b", start + 1, { plan: "pro" }), identify("a", start, { plan: "free", city: "Bonn" }));
    expect(profile.traits).toEqual({ plan: "pro", city: "Bonn" });
  });

  it("null deletes, and an older event does not bring the trait back", () => {
    const profile = inTurn(
      identify("a", start, { plan: "pro" }),
      identify("c", start + 2, { plan: null }),
      identify("b", start + 1, { plan: "late" }),
    );
    expect(profile.traits).toEqual({});
  });

  it("come from the context snapshot of any event too, and not from group traits", () => {
    const profile = atOnce(
      trackEvent("a", "Viewed", start, { context: { traits: { plan: "pro" } } }),
      trackEvent("b", "", start, { type: "group", groupId: "acme", traits: { employees: 9 } }),
    );
    expect(profile.traits).toEqual({ plan: "pro", groups: ["acme"] });
  });

  it("a browser without proof never replaces what a server said, and may fill in what nobody said", () => {
    const profile = inTurn(identify("a", start, { plan: "free" }), identify("b", start + hour, { plan: "vip", colour: "blue" }, browser));
    expect(profile.traits).toEqual({ plan: "free", colour: "blue" });
    expect(inTurn(identify("b", start + hour, { plan: "vip" }, browser), identify("a", start, { plan: "free" })).traits).toEqual({
      plan: "free",
    });
  });

  it("reserved and dangerous names, too many and too large values are refused and counted; the rest is applied", () => {
    const hostile: Record<string, unknown> = JSON.parse(
      '{"__proto__": {"admin": true}, "$email": "x", "groups": ["x"], "": 1, "plan": "pro"}',
    );
    const refused = applyProfile(emptyProfile(), [identify("a", start, { ...hostile, note: "é".repeat(maxTraitBytes / 2) })]);
    expect(refused.changed.refused).toBeGreaterThanOrEqual(4);
    expect(refused.profile.traits).toEqual({ plan: "pro" });
    const many = Object.fromEntries(Array.from({ length: maxTraits + 10 }, (_, i) => [`t${i}`, i]));
    const crowded = applyProfile(emptyProfile(), [identify("a", start, many), identify("b", start + 1, { t0: "new" })]);
    expect(Object.keys(crowded.profile.traits)).toHaveLength(maxTraits);
    expect(crowded.changed.refused).toBe(10);
    expect(crowded.profile.traits.t0).toBe("new");
  });

  it("says that nothing changed when nothing did, and never touches what it was given", () => {
    const profile = Object.freeze(atOnce(identify("a", start, { plan: "pro" })));
    const { changed, profile: same } = applyProfile(profile, [
      identify("b", start - 1, { plan: "free" }),
      trackEvent("c", "Viewed", start),
    ]);
    expect(same).toBe(profile);
    expect(changed).toEqual({ traits: false, locale: false, timezone: false, addresses: [], refused: 0 });
  });
});

describe("addresses", () => {
  it("are verified when a server or a proven browser names them, and not otherwise", () => {
    const email = (change: Partial<DomainEvent>) => atOnce(identify("a", start, { email: "Ada@Example.com " }, change)).addresses.email;
    expect(email({})).toEqual({ value: "ada@example.com", verified: true, updatedAt: start, sourceKey: "web" });
    expect(email(proven)?.verified).toBe(true);
    expect(email(browser)?.verified).toBe(false);
    expect(email({ ...proven, userId: null })?.verified).toBe(false);
  });

  it("a browser cannot put its address in the place of a verified one, in whatever order", () => {
    const told = identify("a", start, { email: "ada@example.com" });
    const claimed = identify("b", start + hour, { email: "eve@example.com" }, browser);
    for (const profile of [inTurn(told, claimed), inTurn(claimed, told)])
      expect(profile.addresses.email).toMatchObject({ value: "ada@example.com", verified: true });
  });

  it("never stand among the traits; null takes them away for good", () => {
    const profile = inTurn(
      identify("b", start + 1, { email: null }),
      identify("a", start, { email: "ada@example.com", phone: "+49 (30) 123-4567" }),
    );
    expect(profile.traits).toEqual({});
    expect(profile.addresses).toEqual({ phone: { value: "+49301234567", verified: true, updatedAt: start, sourceKey: "web" } });
  });

  test.each<["email" | "phone", string, string | null]>([
    ["email", " ADA@Example.COM", "ada@example.com"],
    ["email", "ada", null],
    ["email", "ada@localhost", null],
    ["email", "a@b.example\r\nBcc: eve@example.com", null],
    ["email", `${"a".repeat(250)}@example.com`, null],
    ["phone", "0049 30 1234567", "+49301234567"],
    ["phone", "030 1234567", null],
    ["phone", "+0123456789", null],
    ["phone", "+123456789012345678", null],
  ])("%s %j is stored as %j", (kind, given, stored) => expect(normaliseAddress(kind, given)).toBe(stored));
});

describe("locale and time zone", () => {
  const seen = (id: string, at: number, context: Record<string, unknown>) => trackEvent(id, "Viewed", at, { context });

  it("what the customer told stands above what the context suggests", () => {
    const profile = inTurn(
      identify("a", start, { locale: "de_DE", timezone: "Europe/Berlin" }),
      seen("b", start + hour, { locale: "en-US", timezone: "America/New_York" }),
    );
    expect(profile.locale).toEqual({ value: "de-DE", source: "told" });
    expect(profile.timezone).toEqual({ value: "Europe/Berlin", source: "told" });
  });

  it("of what was inferred the latest counts, and taking back what was told makes room for it", () => {
    expect(inTurn(seen("b", start + 1, { timezone: "Asia/Tokyo" }), seen("a", start, { timezone: "Europe/Berlin" })).timezone?.value).toBe(
      "Asia/Tokyo",
    );
    const back = inTurn(
      identify("a", start, { timezone: "Europe/Berlin" }),
      identify("b", start + 1, { timezone: null }),
      seen("c", start + 2, { timezone: "Asia/Tokyo" }),
    );
    expect(back.timezone).toEqual({ value: "Asia/Tokyo", source: "context" });
  });

  it("nonsense is refused and leaves what was known", () => {
    const { profile, changed } = applyProfile(emptyProfile(), [
      seen("a", start, { timezone: "Mars/Base", locale: "x".repeat(80) }),
      seen("b", start, { locale: 5 }),
    ]);
    expect(profile).toEqual(emptyProfile());
    expect(changed.refused).toBe(3);
  });

  it("the same inferred place is not written again within the hour", () => {
    const { profile } = applyProfile(emptyProfile(), [seen("a", start, { timezone: "Asia/Tokyo" })]);
    expect(applyProfile(profile, [seen("b", start + 60_000, { timezone: "Asia/Tokyo" })]).profile).toBe(profile);
    expect(applyProfile(profile, [seen("c", start + hour, { timezone: "Asia/Tokyo" })]).changed.timezone).toBe(true);
  });
});

it("traits, groups and addresses are the same under any order of arrival", () => {
  const story = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 5 }),
      plan: fc.constantFrom("a", "b", null),
      email: fc.constantFrom("a@example.com", "b@example.com", null, undefined),
      timezone: fc.constantFrom("Europe/Berlin", "Asia/Tokyo", undefined),
      group: fc.constantFrom(null, "g1", "g2"),
      trusted: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  const shuffled = story
    .map((steps) =>
      steps.map(({ at, plan, email, timezone, group, trusted }, i) =>
        identify(
          `m${i}`,
          start + at,
          { plan, email, timezone },
          { ...(trusted ? {} : browser), ...(group ? { type: "group", groupId: group } : {}) },
        ),
      ),
    )
    .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })));
  fc.assert(
    fc.property(shuffled, ([events, order]) => {
      const [a, b] = [atOnce(...events), inTurn(...order)];
      expect(b.traits).toEqual(a.traits);
      expect(b.addresses).toEqual(a.addresses);
      expect(b.timezone).toEqual(a.timezone);
    }),
  );
});
