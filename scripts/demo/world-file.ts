import { appendFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { TruthRecord } from "#server/domain/demo/truth.ts";
import type { DemoWorld } from "#server/domain/demo/world.ts";

/** Written by this program for itself: what it holds is not checked part by part, only that it is a world of this format. */
const worldSchema = z.object({
  format: z.literal(1),
  world: z.custom<DemoWorld>(
    (value) => z.object({ seed: z.string(), now: z.number(), agenda: z.array(z.unknown()) }).safeParse(value).success,
  ),
});

/** Where the demo company lives between two runs: its world, and the truth about each of its episodes, one JSON object a line. */
export type WorldFile = {
  load(): Promise<DemoWorld | null>;
  save(world: DemoWorld): Promise<void>;
  appendTruth(records: readonly TruthRecord[]): Promise<void>;
  remove(): Promise<void>;
};

export function worldFile(dataDir: string): WorldFile {
  const folder = join(dataDir, "demo");
  const file = join(folder, "world.json");
  return {
    async load() {
      const text = await readFile(file, "utf8").catch(() => null);
      return text === null ? null : worldSchema.parse(JSON.parse(text)).world;
    },
    async save(world) {
      await mkdir(folder, { recursive: true });
      // written beside and renamed: a cut in the middle leaves the old one
      await writeFile(`${file}.new`, JSON.stringify({ format: 1, world }));
      await rename(`${file}.new`, file);
    },
    async appendTruth(records) {
      if (records.length === 0) return;
      await mkdir(folder, { recursive: true });
      await appendFile(join(folder, "truth.jsonl"), `${records.map((record) => JSON.stringify(record)).join("\n")}\n`);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
