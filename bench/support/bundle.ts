import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const entries = {
  setup: "scripts/supervisor/setup.ts",
  gateway: "server/gateway/main.ts",
  worker: "bench/support/worker-process.ts",
  sink: "bench/support/smtp-sink-process.ts",
};
export type Script = keyof typeof entries;

/** Bundles the processes of the stand as a release does, so that what is measured is what runs. Returns their files and a clean-up. */
export async function bundleProcesses(): Promise<{ file(script: Script): string; remove(): void }> {
  const folder = resolve("node_modules/.cache/tact-bench", String(process.pid));
  await build({
    entryPoints: Object.entries(entries).map(([out, source]) => ({ in: source, out })),
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    packages: "external",
    sourcemap: true,
    logLevel: "warning",
  });
  return { file: (script) => join(folder, `${script}.js`), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
