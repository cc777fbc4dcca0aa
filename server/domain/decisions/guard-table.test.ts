import { describe, expect, it } from "vitest";
import { type MessageClass, messageClasses } from "../definitions/common-fields.ts";
import { guardNames } from "./decision.ts";
import { currentEngineVersion, engineOf, engineVersions } from "./engine-versions.ts";
import { effectiveSkips, guardTable } from "./guard-table.ts";

const everything = Object.fromEntries(messageClasses.map((one) => [one, guardNames]));

describe("guardTable", () => {
  it("lets no class pass the stops, the journey, consent, duplicates or the channel, whatever a policy grants", () => {
    for (const messageClass of messageClasses) {
      const skips = effectiveSkips(messageClass, everything);
      for (const guard of ["stop", "journey", "consent", "duplicate", "channel"] as const) expect(skips).not.toContain(guard);
    }
  });

  it("lets marketing pass nothing, and help only the cooldown", () => {
    const granted = (messageClass: MessageClass) => effectiveSkips(messageClass, everything);
    expect(granted("marketing")).toEqual([]);
    expect(granted("help")).toEqual(["cooldown"]);
    expect(granted("critical")).toContain("quiet_hours");
  });

  it("grants nothing by itself", () => {
    for (const messageClass of messageClasses) expect(effectiveSkips(messageClass, {})).toEqual([]);
    expect(guardTable).toHaveLength(guardNames.length);
  });
});

describe("engineVersions", () => {
  it("are numbered without gaps, each with its release and reason; the last is current", () => {
    expect(engineVersions.map((one) => one.version)).toEqual(engineVersions.map((_, index) => index + 1));
    for (const { since, why } of engineVersions) {
      expect(since).toMatch(/^\d+\.\d+\.\d+$/);
      expect(why.length).toBeGreaterThan(10);
    }
    expect(engineVersions.at(-1)?.version).toBe(currentEngineVersion);
    expect(() => engineOf(currentEngineVersion + 1)).toThrow(RangeError);
  });
});
