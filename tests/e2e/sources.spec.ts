import { type APIRequestContext, expect, type Page, test } from "@playwright/test";
import { at, expectAccessible, openConsole } from "./support/console.ts";

test.beforeEach(async ({ page }) => openConsole(page));

async function openServerSource(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Data sources" }).click();
  await page.getByRole("table").getByRole("link", { name: "Server", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Server" })).toBeVisible();
}

async function send(request: APIRequestContext, key: string, event: object): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
  const reply = await request.post(at("/v1/track"), { headers: { authorization }, data: event });
  return reply.status();
}

/** The key or secret of the open dialog, which is then closed. */
async function keep(page: Page, label: string): Promise<string> {
  const field = page.getByRole("dialog").getByLabel(label);
  await expect(field).toHaveValue(/^tact_/);
  const value = await field.inputValue();
  await page.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  return value;
}

test("a key is made, rotated without a gap, and revoked, and what uses it sees exactly that", async ({ page, request }) => {
  await openServerSource(page);
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("Where it is used").fill("Browser test");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make the key" }).click();
  const old = await keep(page, "New key");
  const event = { userId: "e2e-sources", event: "Key Tried" };
  expect(await send(request, old, event)).toBe(200);

  await page.getByRole("button", { name: `Rotate ${old.slice(0, 12)}` }).click();
  await page.getByRole("button", { name: "Make the new key" }).click();
  const next = await keep(page, "New key");
  expect(next).not.toBe(old);
  const rowOf = (key: string) => page.getByRole("row").filter({ hasText: key.slice(0, 12) });
  for (const key of [old, next]) {
    await expect(rowOf(key)).toContainText("works");
    expect(await send(request, key, event)).toBe(200);
  }

  await page.getByRole("button", { name: `Revoke ${old.slice(0, 12)}` }).click();
  await expect(page.getByRole("dialog")).toContainText("is refused within five seconds");
  await expect(page.getByRole("dialog")).toContainText("still");
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(rowOf(old)).toContainText("revoked");
  await expect(async () => expect(await send(request, old, event)).toBe(401)).toPass({ timeout: 15_000 });
  expect(await send(request, next, event)).toBe(200);

  await page.goto(at("/audit?kind=api_key"));
  for (const words of ["key: revoke", "key: rotate", "key: create"]) await expect(page.getByText(words).first()).toBeVisible();

  // leaves nothing behind that could send
  await openServerSource(page);
  await page.getByRole("button", { name: `Revoke ${next.slice(0, 12)}` }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(rowOf(next)).toContainText("revoked");
});

test("an event is seen coming in, with what was sent and what became of it; a refused one with the way to mend it", async ({
  page,
  request,
}) => {
  await openServerSource(page);
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("Where it is used").fill("Debugger test");
  await page.getByRole("button", { name: "Make the key" }).click();
  const key = await keep(page, "New key");
  const userId = `e2e-debugger-${Date.now()}`;
  await page.goto(at(`/sources?view=events&actor=${userId}`));
  await expect(page.getByText("No event matches").or(page.getByText("None among the newest"))).toBeVisible();
  expect(await send(request, key, { userId, event: "Debugger Tried", properties: { colour: "green" } })).toBe(200);
  const entry = page.getByRole("list", { name: "Events" }).getByRole("button", { name: /Debugger Tried/ });
  await entry.click({ timeout: 15_000 });
  await expect(page).toHaveURL(/[?&]event=/);
  await expect(page.getByRole("heading", { level: 2, name: /Debugger Tried/ })).toBeVisible();
  await expect(page.getByText('"colour": "green"')).toBeVisible();
  await expect(page.getByText(/^Processed/)).toBeVisible({ timeout: 15_000 });
  await expect(page.getByRole("link", { name: "the customer" })).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("button", { name: "Go on" })).toHaveAttribute("aria-pressed", "true");
  await expectAccessible(page);

  expect(await send(request, key, { event: "About nobody" })).toBe(400);
  await expect(async () => {
    await page.goto(at("/sources?view=refused"));
    await expect(page.getByRole("heading", { name: "About nobody" })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 15_000 });
  await expect(page.getByText("Send userId for signed-in people")).toBeVisible();
});

test("the origins of a web page are checked before they are saved, and its secret is shown once", async ({ page }) => {
  await page.goto(at("/sources"));
  await page.getByRole("table").getByRole("link", { name: "Website", exact: true }).click();
  const origins = page.getByLabel("Allowed origins");
  const before = await origins.inputValue();
  const fresh = `https://shop-${Date.now()}.example`;
  await origins.fill("https://shop.example/path");
  await page.getByRole("button", { name: "Save origins" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "https://shop.example/path: An origin is" })).toBeVisible();
  await origins.fill(fresh);
  await page.getByRole("button", { name: "Save origins" }).click();
  await expect(page.getByRole("button", { name: "Save origins" })).toHaveCount(0);
  await page.reload();
  await expect(origins).toHaveValue(fresh);
  await origins.fill(before);
  await page.getByRole("button", { name: "Save origins" }).click();
  await expect(page.getByRole("button", { name: "Save origins" })).toHaveCount(0);

  await page.getByRole("button", { name: "Replace the secret" }).click();
  await page.getByRole("button", { name: "Replace it" }).click();
  expect(await keep(page, "New secret")).toMatch(/^tact_hs_/);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing serious in any view of the sources in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openServerSource(page);
    const source = new URL(page.url()).pathname;
    for (const path of [
      "/sources",
      "/sources?view=events",
      "/sources?view=refused",
      source,
      `${source}?view=events`,
      `${source}?view=refused`,
    ]) {
      await page.goto(at(path));
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
      await expectAccessible(page);
    }
    await page.goto(at(source));
    await page.getByRole("button", { name: "As a table" }).click();
    await expect(page.getByRole("columnheader", { name: "Accepted" })).toBeVisible();
    await expectAccessible(page);
  });
}

test("no view of the sources scrolls sideways on a phone", async ({ page }) => {
  await openServerSource(page);
  const source = new URL(page.url()).pathname;
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ["/sources", "/sources?view=events", source]) {
    await page.goto(at(path));
    await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(over, path).toBe(0);
  }
});
