import { readFileSync } from "node:fs";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import * as z from "zod";

const credentials = z
  .object({ writeKey: z.string(), signIns: z.array(z.object({ role: z.string(), email: z.string(), password: z.string() })) })
  .parse(JSON.parse(readFileSync(join(process.env.TACT_E2E_DATA_DIR ?? ".data/e2e", "credentials.json"), "utf8")));

async function signIn(page: Page, role: string): Promise<void> {
  const account = credentials.signIns.find((one) => one.role === role);
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(account?.email ?? "");
  await page.getByLabel("Password").fill(account?.password ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/today");
}

test("nobody sees the console without signing in", async ({ page }) => {
  for (const path of ["/", "/today", "/customers", "/settings"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/sign-in/);
  }
});

test("a wrong password is refused in plain words", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill("agent@tact.example");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "wrong" })).toBeVisible();
});

for (const { role } of credentials.signIns) {
  test(`every page the ${role} may open works, without an error and without an accessibility fault`, async ({ page }) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(`${message.text()} ${message.location().url}`);
    });
    await signIn(page, role);
    const links = page.getByRole("navigation").first().getByRole("link");
    await expect(links.first()).toBeVisible();
    const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    expect(paths).toContain("/today");
    for (const path of paths) {
      const response = await page.goto(path);
      expect(response?.status(), path).toBe(200);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
      expect(violations.map(({ id, nodes }) => `${path}: ${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
    expect(errors).toEqual([]);
  });
}

test("a customer whose event came in is found, with the event on the timeline", async ({ page, request }) => {
  const answer = await request.post("/v1/track", {
    headers: { authorization: `Basic ${Buffer.from(`${credentials.writeKey}:`).toString("base64")}` },
    data: { userId: "e2e-anna", event: "Checkout Started", properties: { value: 42 } },
  });
  expect(answer.status()).toBe(200);
  await signIn(page, "agent");
  await expect(async () => {
    await page.goto("/customers?q=e2e-anna");
    await page
      .getByRole("link", { name: /e2e-anna/ })
      .first()
      .click({ timeout: 1_000 });
  }).toPass({ timeout: 15_000 });
  await expect(page.getByText("Checkout Started").first()).toBeVisible();
});
