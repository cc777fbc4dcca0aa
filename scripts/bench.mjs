// npm run bench [-- NAME …]: runs the benchmarks of those names, or all of them, one after the other.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { argv, chdir, execPath, pid, version } from "node:process";
import { buildConsole, buildServer, generate, install, requireNode, root } from "./prepare.mjs";

requireNode();
chdir(root);
const all = readdirSync("bench")
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.replace(".bench.ts", ""));
const asked = argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`No benchmark is called ${unknown.join(", ")}. There are: ${all.join(", ")}\n`);
  process.exit(1);
}
install({ withDev: true });
generate();
const chosen = asked.length > 0 ? asked : all;
if (chosen.includes("start")) {
  buildServer();
  buildConsole();
}
process.stdout.write(`${machine()}\n`);
// bundled as a release is, so that what is measured is what runs
const { build } = await import("esbuild");
const folder = `node_modules/.cache/tact-bench/${pid}-scripts`;
await build({
  entryPoints: chosen.map((name) => `bench/${name}.bench.ts`),
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
let failed = 0;
for (const name of chosen) {
  process.stdout.write(`\n── ${name}\n`);
  const { status } = spawnSync(execPath, ["--enable-source-maps", `${folder}/${name}.bench.js`], { stdio: "inherit" });
  if (status !== 0) failed += 1;
}
rmSync(folder, { recursive: true, force: true });
process.exit(failed > 0 ? 1 : 0);

/** What figures are worth little without. */
function machine() {
  const processors = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${new Date().toISOString()}  ${processors.length} × ${processors[0]?.model ?? "processor"}, ${memory}, Node ${version}`;
}
