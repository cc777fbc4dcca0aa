import { rmSync } from "node:fs";
import { build } from "esbuild";

/**
 * Every process of ours, run by plain `node`; packages stay in node_modules. What processes share, and what is only loaded when asked
 * for, become files of their own, so that nobody loads what they do not use.
 */
const entries = {
  gateway: "server/gateway/main.ts",
  worker: "workers/main.ts",
  setup: "scripts/supervisor/setup.ts",
  supervisor: "scripts/supervisor/main.ts",
  child: "scripts/supervisor/child.ts",
};

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: Object.entries(entries).map(([out, source]) => ({ in: source, out })),
  outdir: "dist",
  bundle: true,
  splitting: true,
  chunkNames: "shared/[name]-[hash]",
  platform: "node",
  format: "esm",
  target: "node20.19",
  packages: "external",
  sourcemap: true,
  logLevel: "warning",
});
