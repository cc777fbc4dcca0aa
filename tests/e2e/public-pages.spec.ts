import { expect, type Page, test } from "@playwright/test";
import { at, expectAccessible, openConsole } from "./support/console.ts";

/** The preference link of a mail in the outbox, as its receiver would find it. */
async function preferenceLink(page: Page): Promise<string | null> {
  await openConsole(page);
  await page.goto(at("/outbox"));
  const mails = page.getByRole("list", { name: "Mails" }).getByRole("button");
  await expect(mails.first().or(page.getByText("No mail yet"))).toBeVisible();
  if ((await mails.count()) === 0) return null;
  await mails.first().click();
  await page.getByRole("tab", { name: "Plain text" }).click();
  const text = await page.getByRole("tabpanel", { name: "Plain text" }).innerText();
  return /https?:\/\/\S+\/p\/[\w.-]+/.exec(text)?.[0] ?? null;
}

test("a link that is not ours tells nothing", async ({ page }) => {
  for (const path of ["/p/nonsense", "/why/nonsense", "/survey/nonsense"]) {
    await page.goto(at(path));
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link does not work any more");
  }
  await expectAccessible(page);
});

test("preferences are read and saved without any script", async ({ page, browser }) => {
  const link = await preferenceLink(page);
  test.skip(link === null, "this installation has sent no mail with a preference link yet");
  if (link === null) return;
  const context = await browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(link);
  await expect(plain.getByRole("heading", { level: 1, name: "Your preferences" })).toBeVisible();
  const off = plain.getByLabel("Never offer me help on your own");
  const before = await off.isChecked();

  // reading again and again changes nothing
  await plain.reload();
  expect(await off.isChecked()).toBe(before);

  await off.setChecked(!before);
  await plain.getByRole("button", { name: "Save" }).click();
  await expect(plain.getByRole("status")).toHaveText("Saved. This is what holds from now on.");
  expect(await off.isChecked()).toBe(!before);

  await off.setChecked(before);
  await plain.getByRole("button", { name: "Save" }).click();
  await expect(plain.getByRole("status")).toBeVisible();
  await context.close();
});
