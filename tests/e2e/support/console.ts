import { readFileSync } from "node:fs";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import * as z from "zod";

const written = z.object({ signIns: z.array(z.object({ role: z.string(), email: z.string(), password: z.string() })) });

/** Who signs in: E2E_EMAIL and E2E_PASSWORD, or the administrator of the installation that the tests started. */
export function credentials(): { email: string; password: string } {
  const email = process.env["E2E_EMAIL"];
  const password = process.env["E2E_PASSWORD"];
  if (email !== undefined && password !== undefined) return { email, password };
  const file = join(process.env["TACT_E2E_DATA_DIR"] ?? ".data/e2e", "credentials.json");
  const admin = written.parse(JSON.parse(readFileSync(file, "utf8"))).signIns.find((each) => each.role === "admin");
  if (admin === undefined) throw new Error(`${file} names no administrator; set E2E_EMAIL and E2E_PASSWORD.`);
  return admin;
}

/** The address of a page: under E2E_BASE_URL when it is set, otherwise under the configured one. */
export function at(path: string): string {
  const base = process.env["E2E_BASE_URL"];
  return base === undefined ? path : new URL(path, base).href;
}

export async function signIn(page: Page, password = credentials().password): Promise<void> {
  await page.goto(at("/sign-in"));
  await page.getByLabel("E-mail").fill(credentials().email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signed in and on Today. */
export async function openConsole(page: Page): Promise<void> {
  await signIn(page);
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();
}

/** Fails with the rule and the element when axe finds anything serious on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  const serious = violations.filter((each) => each.impact === "serious" || each.impact === "critical");
  expect(serious.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join("; ")}`)).toEqual([]);
}
