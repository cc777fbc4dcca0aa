import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Deps } from "#server/deps.ts";
import { unsubscribe } from "#server/usecases/consent/unsubscribe.ts";
import { linkLifetimeMs, linkUrl, readLink } from "#server/usecases/links/links.ts";

type TokenParams = { Params: { token: string } };

/**
 * Unsubscribing works with the console stopped, without cookies and without sign-in. A GET changes nothing (mail scanners follow every
 * link); the POST of a mail program (RFC 8058) and the button of our page do.
 */
export function registerUnsubscribe(app: FastifyInstance, deps: Deps): void {
  app.get<TokenParams>("/u/:token", (request, reply) => {
    const { token } = request.params;
    if (readLink(deps, "unsubscribe", token) === null) return sendPage(reply, 404, deadLink);
    return sendPage(reply, 200, {
      title: "Stop these messages?",
      text: "Messages like the one you came from, offers of help and advertising will no longer reach you this way. What you are owed, such as receipts, still comes.",
      form: { action: `/u/${token}`, confirm: confirmation(deps, token), button: "Stop these messages" },
    });
  });

  app.post<TokenParams>("/u/:token", async (request, reply) => {
    const { token } = request.params;
    const body = typeof request.body === "string" ? request.body : "";
    if (isOneClick(body)) {
      const { ok } = await unsubscribe(deps, { token, how: "one_click" });
      return reply
        .code(ok ? 200 : 404)
        .header("cache-control", "no-store")
        .type("text/plain")
        .send("");
    }
    if (!isConfirmed(deps, token, new URLSearchParams(body).get("confirm") ?? "")) return sendPage(reply, 400, notConfirmed);
    const result = await unsubscribe(deps, { token, how: "page" });
    if (!result.ok) return sendPage(reply, 404, deadLink);
    const claims = readLink(deps, "unsubscribe", token);
    const exp = deps.clock.now() + linkLifetimeMs.preferences;
    const preferences = claims === null ? null : linkUrl(deps, { purpose: "preferences", ...claims, exp });
    return sendPage(reply, 200, { title: "Done", text: "These messages have stopped.", ...(preferences === null ? {} : { preferences }) });
  });
}

/** RFC 8058 §3.1: form-encoded or multipart, this one field. */
function isOneClick(body: string): boolean {
  if (new URLSearchParams(body).get("List-Unsubscribe") === "One-Click") return true;
  return /name="?List-Unsubscribe"?\r?\n\r?\nOne-Click\r?\n/.test(body);
}

/** Only our own page knows it: a POST that a scanner makes up does nothing. */
function confirmation(deps: Deps, token: string): string {
  return createHmac("sha256", deps.env.secrets[0].value).update(`tact unsubscribe form\n${token}`).digest("base64url");
}

function isConfirmed(deps: Deps, token: string, given: string): boolean {
  const expected = Buffer.from(confirmation(deps, token));
  const found = Buffer.from(given);
  return expected.length === found.length && timingSafeEqual(expected, found);
}

type Page = { title: string; text: string; form?: { action: string; confirm: string; button: string }; preferences?: string };

const deadLink: Page = { title: "This link no longer works", text: "Use the link of a newer message." };
const notConfirmed: Page = { title: "Nothing was changed", text: "Open the link of the message again and use the button." };

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  const nonce = randomBytes(16).toString("base64");
  const form =
    page.form === undefined
      ? ""
      : `<form method="post" action="${escapeHtml(page.form.action)}"><input type="hidden" name="confirm" value="${escapeHtml(page.form.confirm)}"><button>${escapeHtml(page.form.button)}</button></form>`;
  const link = page.preferences === undefined ? "" : `<p><a href="${escapeHtml(page.preferences)}">Choose what you do want</a></p>`;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title><style nonce="${nonce}">
:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.25rem}
h1{font-size:1.5rem}button{font:inherit;padding:.75rem 1.25rem;border:1px solid;border-radius:.5rem;cursor:pointer}
</style></head><body><main><h1>${escapeHtml(page.title)}</h1><p>${escapeHtml(page.text)}</p>${form}${link}</main></body></html>
`;
  return reply
    .code(status)
    .headers({
      "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
      "referrer-policy": "no-referrer",
      "x-robots-tag": "noindex",
      "cache-control": "no-store",
    })
    .type("text/html; charset=utf-8")
    .send(html);
}
