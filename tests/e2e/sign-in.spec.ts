import { expect, test } from "@playwright/test";
import { at, openConsole, signIn } from "./support/console.ts";

test("a wrong password is refused without saying which part was wrong", async ({ page }) => {
  await signIn(page, "this is not the password");
  await expect(page.getByRole("alert").filter({ hasText: "wrong" })).toHaveText("The e-mail address or the password is wrong.");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("a visitor is sent to the sign-in form, and a signed-out person too", async ({ page }) => {
  await page.goto(at("/customers"));
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await openConsole(page);
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await page.goto(at("/customers"));
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("the cookie of a signed-out session opens nothing", async ({ page, context }) => {
  await openConsole(page);
  const cookies = await context.cookies();
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await context.addCookies(cookies);
  await page.goto(at("/today"));
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("the API answers nobody who does not come from the console", async ({ page, request }) => {
  await openConsole(page);
  const reply = await request.post(at("/api/trpc/today.read"), { headers: { cookie: "", "content-type": "application/json" }, data: {} });
  expect(reply.status()).toBe(403);
});
