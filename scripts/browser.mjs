import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { env } from "node:process";
import { chromium } from "@playwright/test";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A Chromium to test with: the one TACT_E2E_BROWSER names, the system's, or Playwright's own; null when there is none. */
export function browserPath() {
  const system = (env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [env.TACT_E2E_BROWSER, ...system, chromium.executablePath()].find((path) => path && existsSync(path)) ?? null;
}
