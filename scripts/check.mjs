// npm run check: types, style, boundaries, dead code. Everything is run, then everything that failed is told.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chdir, execPath } from "node:process";
import { generate, install, requireNode, root, run } from "./prepare.mjs";

requireNode();
chdir(root);
install({ withDev: true });
generate();
// the types of stylesheets and images, which Next keeps out of version control
if (!existsSync("next-env.d.ts") && existsSync("app")) run(execPath, ["node_modules/next/dist/bin/next", "typegen"]);

const bin = (name) => `node_modules/.bin/${name}`;
const sources = ["app", "components", "server", "workers", "widget", "scripts", "bench"].filter((folder) => existsSync(folder));
const checks = [
  { name: "types", command: bin("tsc"), args: ["--noEmit", "-p", "."] },
  { name: "types of the pure core", command: bin("tsc"), args: ["--noEmit", "-p", "server/domain"] },
  { name: "style", command: bin("biome"), args: ["check", "--error-on-warnings"] },
  { name: "boundaries", command: bin("depcruise"), args: [...sources, "--output-type", "err-long"], verify: sawModules },
  { name: "dead code", command: bin("knip"), args: ["--no-progress"] },
];

/** A parser that fits no compiler finds nothing wrong in nothing: green without modules is red. */
function sawModules(output) {
  const count = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0);
  return count > 0 ? null : "no module was looked at";
}

async function perform({ name, command, args, verify }) {
  const startedAt = Date.now();
  let output = "";
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise((done) => child.once("close", done));
  const fault = code === 0 ? (verify?.(output) ?? null) : output;
  process.stdout.write(`${fault === null ? "  ok    " : "  FAILED"} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)\n`);
  return { name, fault };
}

const results = [];
for (const check of checks) results.push(await perform(check));
const failed = results.filter((result) => result.fault !== null);
for (const { name, fault } of failed) process.stdout.write(`\n── ${name}\n${fault}\n`);
process.exit(failed.length > 0 ? 1 : 0);
