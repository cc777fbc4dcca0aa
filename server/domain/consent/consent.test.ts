import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channels, purposes } from "../definitions/common-fields.ts";
import { admitConsent } from "./admit-consent.ts";
import { type ConsentEntry, consentState, consentStates, type EffectiveConsent } from "./consent-entry.ts";
import { effectiveConsent } from "./effective-consent.ts";
import { stricter, stricterConsent } from "./stricter-consent.ts";

let nextId = 0;
function entry(part: Partial<ConsentEntry>): ConsentEntry {
  nextId += 1;
  const occurredAt = part.occurredAt ?? nextId;
  return {
    id: `entry-${String(nextId).padStart(6, "0")}`,
    purpose: "marketing",
    channel: "email",
    state: "granted",
    basis: "consent",
    source: "preference_page",
    actor: "customer",
    textVersion: "2026-01",
    proof: { how: "checkbox" },
    recordedAt: occurredAt,
    ...part,
    occurredAt,
  };
}

const entries = fc.array(
  fc
    .record({
      purpose: fc.constantFrom(...purposes),
      channel: fc.constantFrom(...channels, "*" as const),
      state: fc.constantFrom(...consentStates),
      source: fc.constantFrom("preference_page", "import"),
      proof: fc.constantFrom({}, { how: "paper form" }),
      occurredAt: fc.integer({ min: 0, max: 50 }),
    })
    .map((part) => entry(part)),
  { maxLength: 20 },
);

function everyState(consent: EffectiveConsent): (string | undefined)[] {
  return purposes.flatMap((purpose) => channels.map((channel) => consentState(consent, purpose, channel)));
}

describe("effectiveConsent", () => {
  it("lets the latest answer on a channel stand, whatever order the entries are read in", () => {
    const yes = entry({ occurredAt: 10 });
    const no = entry({ occurredAt: 20, state: "withdrawn" });
    const expected = { "marketing:email": "withdrawn" };
    expect(effectiveConsent([yes, no])).toEqual(expected);
    expect(effectiveConsent([no, yes])).toEqual(expected);
  });

  it("lets the stricter of two answers given at the same instant stand", () => {
    expect(effectiveConsent([entry({ occurredAt: 5, state: "withdrawn" }), entry({ occurredAt: 5 })])).toEqual({
      "marketing:email": "withdrawn",
    });
  });

  it("closes every channel with a no for all, and opens only the one that is granted again", () => {
    const ledger = [
      entry({ occurredAt: 1 }),
      entry({ occurredAt: 2, channel: "*", state: "withdrawn" }),
      entry({ occurredAt: 3, channel: "sms" }),
    ];
    const consent = effectiveConsent(ledger);
    expect(consentState(consent, "marketing", "sms")).toBe("granted");
    expect(consentState(consent, "marketing", "email")).toBe("withdrawn");
    expect(consent["marketing:*"]).toBeUndefined();
    expect(effectiveConsent(ledger, { at: 2 })).toEqual({ "marketing:*": "withdrawn" });
  });

  it("answers for a past instant, and for what was known then", () => {
    const late = entry({ occurredAt: 10, recordedAt: 50, state: "withdrawn" });
    const ledger = [entry({ occurredAt: 1 }), late];
    expect(effectiveConsent(ledger, { at: 20 })).toEqual({ "marketing:email": "withdrawn" });
    expect(effectiveConsent(ledger, { at: 20, knownAt: 20 })).toEqual({ "marketing:email": "granted" });
  });

  it("does not let an import turn a no into a yes unless it brings proof", () => {
    const no = entry({ occurredAt: 1, state: "withdrawn" });
    const bare = entry({ occurredAt: 2, source: "import", proof: {}, textVersion: null });
    const proven = entry({ occurredAt: 3, source: "import:crm", proof: { how: "signed form", document: "sha256:ab" } });
    expect(effectiveConsent([no, bare])).toEqual({ "marketing:email": "withdrawn" });
    expect(effectiveConsent([no, bare, proven])).toEqual({ "marketing:email": "granted" });
    expect(admitConsent("withdrawn", bare)).toEqual({ admitted: false, code: "import_needs_proof" });
    expect(admitConsent("pending", bare)).toEqual({ admitted: false, code: "import_needs_proof" });
    expect(admitConsent(undefined, bare)).toEqual({ admitted: true });
  });

  it("is the same for any order of the entries", () => {
    fc.assert(
      fc.property(entries, fc.integer(), (ledger, seed) => {
        const shuffled = [...ledger].sort(
          (a, b) => ((a.occurredAt * 7919 + seed + a.id.length) % 13) - ((b.occurredAt * 104729 + seed) % 13),
        );
        expect(effectiveConsent(shuffled)).toEqual(effectiveConsent(ledger));
        expect(effectiveConsent([...ledger].reverse())).toEqual(effectiveConsent(ledger));
      }),
    );
  });
});

describe("stricterConsent", () => {
  it("keeps the stricter answer of each channel and lets silence change nothing", () => {
    expect(stricterConsent({ "marketing:*": "granted" }, { "marketing:email": "withdrawn" })["marketing:email"]).toBe("withdrawn");
    expect(stricterConsent({ "marketing:*": "granted" }, {})).toEqual({ "marketing:*": "granted" });
    expect(stricter("pending", "granted")).toBe("pending");
    expect(stricter(undefined, undefined)).toBeUndefined();
  });

  it("is commutative, idempotent, and never turns a no of either profile into a yes", () => {
    fc.assert(
      fc.property(entries, entries, (one, other) => {
        const a = effectiveConsent(one);
        const b = effectiveConsent(other);
        const merged = stricterConsent(a, b);
        expect(stricterConsent(b, a)).toEqual(merged);
        expect(stricterConsent(merged, a)).toEqual(merged);
        const states = everyState(merged);
        for (const side of [everyState(a), everyState(b)]) {
          side.forEach((state, index) => {
            if (state === "withdrawn") expect(states[index]).toBe("withdrawn");
            if (state === "denied") expect(["denied", "withdrawn"]).toContain(states[index]);
          });
        }
      }),
    );
  });
});
