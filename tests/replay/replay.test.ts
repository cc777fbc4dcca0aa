import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { canonicalJson } from "#server/domain/canonical-json.ts";
import { decide } from "#server/domain/decisions/decide.ts";
import { currentEngineVersion, engineVersions } from "#server/domain/decisions/engine-versions.ts";
import { freezeInput, replayDecision } from "#server/domain/decisions/frozen-input.ts";
import { decideCases } from "../support/decide-cases/all.cases.ts";
import { decideInput } from "../support/decide-input.ts";

/**
 * Decisions as each engine version made them, one file per subject: `v<version>-<subject>.json`. A file is written once, for the
 * version that is current, with RECORD_REPLAY=1; existing files are never written again. A changed answer is a changed engine: it
 * needs a new entry in engine-versions.ts and files of its own.
 */
const folder = import.meta.dirname;
const fixtures = z.array(z.strictObject({ name: z.string(), input: z.looseObject({ engine: z.number() }), decision: z.unknown() }));

if (process.env.RECORD_REPLAY === "1") {
  for (const [subject, cases] of Object.entries(decideCases)) {
    const file = join(folder, `v${currentEngineVersion}-${subject}.json`);
    if (existsSync(file)) continue;
    const recorded = cases.flatMap(({ name, given }) => {
      const input = decideInput(given);
      return decide(input).map((decision, index) => ({
        name: index === 0 ? name : `${name} (candidate ${index + 1})`,
        input: freezeInput(input, decision.candidateId, decision),
        decision,
      }));
    });
    writeFileSync(file, `[\n${recorded.map((one) => canonicalJson(one)).join(",\n")}\n]\n`);
  }
}

const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

describe.each(files)("%s", (file) => {
  const recorded = fixtures.parse(JSON.parse(readFileSync(join(folder, file), "utf8")));
  it.each(recorded)("decides as recorded: $name", ({ input, decision }) => {
    expect(canonicalJson(replayDecision(input))).toBe(canonicalJson(decision));
  });

  it("was recorded by the engine version its name says", () => {
    for (const { input } of recorded) expect(file.startsWith(`v${input.engine}-`)).toBe(true);
  });
});

describe("replay fixtures", () => {
  it("exist for every engine version, forty or more of each", () => {
    for (const { version } of engineVersions) {
      const own = files.filter((name) => name.startsWith(`v${version}-`));
      const count = own.reduce((sum, file) => sum + fixtures.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))).length, 0);
      expect(count, `version ${version}`).toBeGreaterThanOrEqual(40);
    }
  });
});
