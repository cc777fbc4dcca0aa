// npm run bench [-- NAME …]: runs the benchmarks of those names, or all of them, one after the other.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { argv, chdir, execPath } from "node:process";
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
buildServer();
buildConsole();
let failed = 0;
for (const name of asked.length > 0 ? asked : all) {
  process.stdout.write(`\n── ${name}\n`);
  const { status } = spawnSync(execPath, ["--import", "tsx", `bench/${name}.bench.ts`], { stdio: "inherit" });
  if (status !== 0) failed += 1;
}
process.exit(failed > 0 ? 1 : 0);
