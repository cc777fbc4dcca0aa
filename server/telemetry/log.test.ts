import { describe, expect, test } from "vitest";
import { createLogger } from "./log.ts";

function linesOf(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger("test", { level: "trace", destination: { write: (line) => lines.push(line) } }));
  return lines.join("");
}

describe("a log line", () => {
  test("says what happened, to which ids", () => {
    const line = JSON.parse(linesOf((log) => log.info({ customerId: "0190", journeyKey: "refill", count: 3 }, "batch processed")));
    expect(line).toMatchObject({ level: "info", name: "test", msg: "batch processed", customerId: "0190", journeyKey: "refill", count: 3 });
  });

  test("never holds a person's data, wherever it was put", () => {
    const text = linesOf((log) => {
      log.info({ customer: { email: "canary@example.com", traits: { city: "Canaria" } } }, "sent to canary@example.com");
      log.error(new Error("550 canary@example.com rejected", { cause: new Error("postgres://canary:pw@db/x refused") }));
      log
        .child({ lane: "send" })
        .warn({ err: Object.assign(new Error("x"), { detail: "Key (email)=(canary@example.com)" }) }, "call +49 170 5550123");
      log.info({ Authorization: "Bearer canary", first_name: "Canary", list: [{ "user-agent": "canary" }] });
    });
    expect(text).not.toMatch(/canar/i);
    expect(text).not.toContain("5550123");
  });

  test("keeps the file names in a stack", () => {
    expect(linesOf((log) => log.error({ err: new Error("boom") }, "failed"))).toContain("log.test.ts");
  });

  test("survives values that refer to themselves", () => {
    const loop: Record<string, unknown> = { id: 1 };
    loop.self = loop;
    expect(linesOf((log) => log.info({ loop }, "loop"))).toContain("[deep]");
  });
});
