// npm test: sets everything up, runs every test there is, and ends with one line that says how it went.
// `--only vitest` or `--only e2e` runs one half.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, chdir, execPath } from "node:process";
import { buildConsole, buildServer, generate, install, requireNode, root, say } from "./prepare.mjs";

requireNode();
chdir(root);
const only = argv.includes("--only") ? argv[argv.indexOf("--only") + 1] : null;
const reports = "test-results";
process.stdout.write("Tact, testing\n");
install({ withDev: true });
generate();
buildServer();
buildConsole();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const totals = { passed: 0, failed: 0, skipped: 0 };
if (only !== "e2e") runVitest();
if (only !== "vitest") await runBrowserTests();
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0);

function node(args, env = {}) {
  return spawnSync(execPath, args, { stdio: "inherit", env: { ...process.env, ...env } }).status ?? 1;
}

function runVitest() {
  const report = join(reports, "vitest.json");
  const filters = only === null ? [] : argv.slice(argv.indexOf("--only") + 2);
  const status = node([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...filters,
  ]);
  if (!existsSync(report)) return fail("vitest did not finish");
  const result = JSON.parse(readFileSync(report, "utf8"));
  totals.passed += result.numPassedTests;
  totals.failed += result.numFailedTests;
  totals.skipped += result.numPendingTests + (result.numTodoTests ?? 0);
  nameSkipped(
    result.testResults.flatMap((file) => file.assertionResults).filter((test) => test.status !== "passed" && test.status !== "failed"),
  );
  // a file that could not be loaded, or an error outside any test
  if (status !== 0 && result.numFailedTests === 0) fail("vitest failed outside a test");
}

async function runBrowserTests() {
  if (!existsSync("tests/e2e")) return;
  const { browserPath } = await import("./browser.mjs");
  const browser = browserPath();
  if (browser === null) return skipBrowserTests();
  say("Running the browser tests …");
  const report = join(reports, "playwright.json");
  const dataDir = mkdtempSync(join(tmpdir(), "tact-e2e-"));
  const env = {
    TACT_E2E_BROWSER: browser,
    TACT_E2E_PORT: String(await freePort()),
    TACT_E2E_DATA_DIR: dataDir,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  };
  const status = node(["node_modules/@playwright/test/cli.js", "test", "--reporter=list,json"], env);
  rmSync(dataDir, { recursive: true, force: true });
  if (!existsSync(report)) return fail("the browser tests did not finish");
  const { stats } = JSON.parse(readFileSync(report, "utf8"));
  totals.passed += stats.expected + stats.flaky;
  totals.failed += stats.unexpected;
  totals.skipped += stats.skipped;
  if (status !== 0 && stats.unexpected === 0) fail("the browser tests failed outside a test");
}

/** No browser on this machine: every browser test is named as skipped. */
function skipBrowserTests() {
  const env = { ...process.env, TACT_E2E_PORT: "1", TACT_E2E_DATA_DIR: tmpdir() };
  const list = spawnSync(execPath, ["node_modules/@playwright/test/cli.js", "test", "--list", "--reporter=list"], {
    encoding: "utf8",
    env,
  });
  const names = list.stdout.split("\n").filter((line) => line.includes(" › "));
  process.stdout.write("\nSkipped, since no browser was found (set TACT_E2E_BROWSER, or install Chromium):\n");
  for (const name of names) process.stdout.write(`${name}\n`);
  totals.skipped += names.length;
}

/** A skipped test says in its name why. */
function nameSkipped(tests) {
  if (tests.length === 0) return;
  process.stdout.write("\nSkipped:\n");
  for (const test of tests) process.stdout.write(`  ${test.fullName}\n`);
}

function fail(what) {
  process.stderr.write(`\n${what}\n`);
  totals.failed += 1;
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
