import { expect, it } from "vitest";
import { maskEvent } from "./mask-event.ts";

it("keeps the shape of an event and hides every value that could tell who it is", () => {
  const event = {
    type: "track",
    event: "Checkout Started",
    messageId: "m-1",
    userId: "u-1",
    anonymousId: "a-123456",
    previousId: "ana@example.com",
    properties: { email: "ana@example.com", total: 12, items: [{ name: "Ana's ring" }], gift: true },
    context: { traits: { phone: "+49 1" }, ip: "10.0.0.1" },
    surprise: "Ana",
  };
  const masked = maskEvent(event);
  expect(masked).toMatchObject({
    type: "track",
    event: "Checkout Started",
    userId: "u-1",
    anonymousId: "•••56",
    properties: { email: "•••", total: "•••", items: [{ name: "•••" }], gift: true },
    surprise: "•••",
  });
  expect(JSON.stringify(masked)).not.toMatch(/ana|\+49|10\.0/i);
});

it("shows nothing of what is no object", () => {
  expect(maskEvent("Ana")).toBe("•••");
});
