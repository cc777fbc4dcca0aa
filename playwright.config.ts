import { defineConfig } from "@playwright/test";

const port = process.env.TACT_E2E_PORT ?? "3999";
const dataDir = process.env.TACT_E2E_DATA_DIR ?? ".data/e2e";
const executablePath = process.env.TACT_E2E_BROWSER;
const root = process.getuid?.() === 0;
const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

/** The whole product, started as a user starts it, on a data folder of its own. */
export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results/browser",
  workers: 1,
  timeout: 180_000,
  forbidOnly: process.env.CI !== undefined,
  use: {
    baseURL: `http://localhost:${port}`,
    trace: "retain-on-failure",
    launchOptions: { ...(executablePath ? { executablePath } : {}), args: root ? [...quiet, "--no-sandbox"] : quiet },
  },
  webServer: {
    command: "node scripts/start.mjs",
    url: `http://127.0.0.1:${port}/v1/health`,
    env: { PORT: port, TACT_DATA_DIR: dataDir, TACT_URL: `http://localhost:${port}` },
    timeout: 180_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 30_000 },
    stdout: "pipe",
  },
});
