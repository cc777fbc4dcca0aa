import { expect, test } from "@playwright/test";
import { at, expectAccessible, openConsole } from "./support/console.ts";

test.beforeEach(async ({ page }) => openConsole(page));

test("messages are filtered by state, and a message leads to its whole life, its decision and its customer", async ({ page }) => {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Deliveries" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Deliveries" })).toBeVisible();
  const sent = page.getByRole("button", { name: /^sent/ });
  await sent.click();
  await expect(page).toHaveURL(/[?&]state=sent/);
  await expect(sent).toHaveAttribute("aria-pressed", "true");
  const first = page.getByRole("table").getByRole("row").nth(1).getByRole("link").first();
  await expect(first.or(page.getByText("No message matches"))).toBeVisible();
  test.skip(!(await first.isVisible()), "this installation has sent nothing yet");
  await first.click();
  await expect(page.getByRole("heading", { level: 2, name: "Its whole life" })).toBeVisible();
  await expect(page.getByText("Passed the gate")).toBeVisible();
  await page.getByText("Every guard, in order").click();
  await expect(page.getByText("All decisions of this customer")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "All decisions of this customer" }).click();
  await expect(page).toHaveURL(/\/customers\/.*show=decision/);
});

test("a filter that fits nothing says so, and is in the address", async ({ page }) => {
  await page.goto(at("/deliveries?channel=push&day=2026-01-01"));
  await expect(page.getByText("No message matches")).toBeVisible();
  await page.getByRole("button", { name: "Last seven days" }).click();
  await expect(page).not.toHaveURL(/day=/);
  await page.getByRole("tab", { name: "Kept from going twice" }).click();
  await expect(page).toHaveURL(/view=prevented/);
});

test("a message that is not there says so", async ({ page }) => {
  await page.goto(at("/deliveries/0190a000-0000-7000-8000-00000000dead"));
  await expect(page.getByText("There is no such message")).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing serious in the deliveries in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const path of ["/deliveries", "/deliveries?state=unknown", "/deliveries?view=prevented"]) {
      await page.goto(at(path));
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
      await expectAccessible(page);
    }
  });
}

test("the deliveries do not scroll sideways on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(at("/deliveries"));
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});
