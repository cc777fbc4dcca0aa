import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ChannelAdapter, OutgoingMessage } from "#server/channels/channel.ts";
import { createSmtpEmail } from "#server/channels/email-smtp.ts";
import { uuidv7 } from "#server/ids.ts";
import { type SinkMode, type SmtpSink, startSmtpSink } from "../../support/smtp-sink.ts";

let sink: SmtpSink;
let folder: string;
let channel: ChannelAdapter;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tact-smtp-"));
  sink = await startSmtpSink({ log: join(folder, "accepted.log") });
  channel = createSmtpEmail({ url: sink.url, from: "Acme Help <help@acme.test>", concurrency: 5, timeoutMs: 2_000 });
});
afterAll(async () => {
  await channel.close?.();
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
});

function message(part: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    id: uuidv7(Date.now()),
    channel: "email",
    customerId: uuidv7(Date.now()),
    recipient: "ada@example.test",
    subject: "Grüße, Ada ✓",
    html: "<p>Grüße</p>\n.\n<p>after a lone dot</p>",
    text: "Grüße\n.\nafter a lone dot",
    unsubscribeUrl: "https://t.test/u/token",
    ...part,
  };
}
const send = (one: OutgoingMessage, deadlineMs = 5_000) =>
  channel.send(one, { signal: AbortSignal.timeout(deadlineMs), idempotencyKey: one.id });

test("a mail has our Message-ID, one-click unsubscribe headers, and the same words in two parts", async () => {
  sink.mode = "ok";
  const one = message();
  expect(await send(one)).toMatchObject({ outcome: "accepted", providerMessageId: `<${one.id}@acme.test>` });
  const mail = await simpleParser(sink.sources().at(-1) ?? "");
  expect(mail.messageId).toBe(`<${one.id}@acme.test>`);
  expect(mail.subject).toBe("Grüße, Ada ✓");
  expect(mail.from?.text).toBe('"Acme Help" <help@acme.test>');
  expect(mail.headers.get("list")).toMatchObject({ unsubscribe: { url: "https://t.test/u/token" } });
  expect(sink.sources().at(-1)).toContain("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
  expect(mail.text).toContain("after a lone dot");
  expect(mail.html).toContain("after a lone dot");
});

test("nothing in a subject or address becomes a header, a command or a second recipient", async () => {
  sink.mode = "ok";
  const before = sink.accepted().length;
  expect(await send(message({ subject: "Hi\r\nBcc: all@victim.test\r\n\r\nbody\u0000" }))).toMatchObject({ outcome: "accepted" });
  const source = sink.sources().at(-1) ?? "";
  expect(source).not.toMatch(/^Bcc:/im);
  expect((await simpleParser(source)).subject).toBe("Hi Bcc: all@victim.test body");
  for (const recipient of ["a@b.test\r\nRCPT TO:<x@y.test>", "a@b.test, c@d.test", '"a@x.test"@b.test', "a@b.test>", ""]) {
    expect(await send(message({ recipient }))).toMatchObject({ outcome: "refused" });
  }
  expect(sink.accepted().length).toBe(before + 1);
});

test.each<[SinkMode, string, boolean]>([
  ["ok", "accepted", true],
  ["try-later", "retry", false],
  ["refuse", "refused", false],
  ["busy", "retry", false],
  ["reset", "retry", false],
  ["accept-then-hang", "ambiguous", true],
  ["accept-then-reset", "ambiguous", true],
])("a relay that does %s leaves the outcome %s", async (mode, outcome, reachesPeople) => {
  sink.mode = mode;
  const before = sink.accepted().length;
  expect(await send(message(), 1_000)).toMatchObject({ outcome });
  expect(sink.accepted().length - before).toBe(reachesPeople ? 1 : 0);
});

test("a relay that is not there can be tried again later", async () => {
  const nobody = createSmtpEmail({ url: "smtp://127.0.0.1:1", from: "help@acme.test", timeoutMs: 500 });
  const one = message();
  expect(await nobody.send(one, { signal: AbortSignal.timeout(2_000), idempotencyKey: one.id })).toMatchObject({ outcome: "retry" });
});

test("many mails go over few connections, each once", async () => {
  sink.mode = "ok";
  const before = sink.accepted().length;
  const all = Array.from({ length: 60 }, () => message());
  const lanes = Array.from({ length: 5 }, async () => {
    for (let one = all.pop(); one !== undefined; one = all.pop()) expect(await send(one)).toMatchObject({ outcome: "accepted" });
  });
  await Promise.all(lanes);
  expect(sink.accepted().length - before).toBe(60);
  expect(new Set(sink.accepted()).size).toBe(sink.accepted().length);
});
