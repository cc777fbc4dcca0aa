import { readSettings } from "#server/config/env.ts";
import { createPool } from "#server/data/pool.ts";
import { createDeps } from "#server/deps.ts";
import { silentDoorbell } from "#server/queue/doorbell.ts";
import { verifyAudit } from "#server/usecases/governance/verify-audit.ts";
import { attachDatabase } from "./supervisor/attach.ts";

/**
 * `npm run audit:verify [-- SEQ:HASH]`: recomputes the whole audit chain. The head it prints can be kept elsewhere and given back
 * later, so that a chain cut off or rewritten as a whole is found too. Exit code 1 when the chain is broken.
 */
const anchorPattern = /^(\d+):([0-9a-f]{64})$/;

async function main(): Promise<void> {
  const given = process.argv[2];
  const match = given === undefined ? null : anchorPattern.exec(given);
  if (given !== undefined && match === null) throw new Error("The anchor must look like 128:9f86d0… (entry number, colon, 64 hex digits).");
  const attached = await attachDatabase(readSettings());
  const pool = createPool(attached.databaseUrl, { max: 2, name: "tact audit" });
  try {
    const anchor = match === null ? undefined : { seq: Number(match[1]), hash: match[2] ?? "" };
    const result = await verifyAudit(createDeps({ pool, queue: silentDoorbell }), anchor);
    if (result.ok) {
      process.stdout.write(`The audit chain is whole: ${result.entries} entries. Head ${result.entries}:${result.head}\n`);
    } else {
      process.stdout.write(
        `The audit chain is broken at entry ${result.brokenAt} (${result.reason.replaceAll("_", " ")}); ${result.entries} entries read.\n`,
      );
      process.exitCode = 1;
    }
  } finally {
    await pool.end();
    await attached.detach();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
