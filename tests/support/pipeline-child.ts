import { createPool } from "#server/data/pool.ts";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { catalogOf, pipelineWorld } from "./pipeline-world.ts";

// A worker process of a test: drains what there is at the given instant, or dies at the crash point it was told.
const pool = createPool(process.env["TEST_DATABASE"] ?? "", { max: 2, name: "child" });
const world = await pipelineWorld(pool, catalogOf({}));
world.clock.at = Number(process.env["TEST_NOW"]);
while ((await processEvents(world.deps)).more);
await pool.end();
