import { describe, expect, it } from "vitest";
import { mapRow, parseDate } from "./map-row.ts";
import { mappingSchema } from "./mapping.ts";

const mapping = mappingSchema.parse({
  name: "demo",
  file: { format: "csv" },
  missing: ["", "?"],
  dates: { format: "D/M/YYYY H:mm" },
  events: [
    {
      type: "identify",
      userId: "c-{who}",
      messageId: "i-{who}",
      timestamp: { columns: ["at"] },
      oncePer: "{who}",
      traits: { city: "{city}" },
    },
    {
      type: "track",
      name: "Order Completed",
      userId: "c-{who}",
      messageId: "o-{#}",
      timestamp: { columns: ["paid", "at"] },
      when: { column: "paid_usd" },
      properties: {
        total: { column: "paid_usd", as: "number" },
        gift: { column: "gift", as: "boolean", true: ["y"] },
        products: [{ quantity: { column: "n", as: "integer" } }],
      },
    },
  ],
});
const cells = { who: "7", at: "3/2/2016 1:05", paid: "?", paid_usd: "$12.50", gift: "y", n: "2", city: "?" };

describe("mapRow", () => {
  it("builds typed events, leaves out what is missing, and takes the first filled date", () => {
    const { events, faults } = mapRow(mapping, { number: 9, cells }, new Set());
    expect(faults).toEqual([]);
    expect(events).toEqual([
      { type: "identify", userId: "c-7", messageId: "i-7", timestamp: "2016-02-03T01:05:00.000Z", traits: {} },
      {
        type: "track",
        event: "Order Completed",
        userId: "c-7",
        messageId: "o-9",
        timestamp: "2016-02-03T01:05:00.000Z",
        properties: { total: 12.5, gift: true, products: [{ quantity: 2 }] },
      },
    ]);
  });

  it("emits a oncePer event for the first row only", () => {
    const seen = new Set<string>();
    expect(mapRow(mapping, { number: 1, cells }, seen).events).toHaveLength(2);
    expect(mapRow(mapping, { number: 2, cells }, seen).events).toHaveLength(1);
  });

  it("tells row, field and reason of an unreadable cell, and then gives no event of that row", () => {
    const { events, faults } = mapRow(mapping, { number: 4, cells: { ...cells, n: "two" } }, new Set());
    expect(events).toEqual([]);
    expect(faults).toEqual([{ row: 4, field: "n", message: '"two" is not a whole number' }]);
  });

  it("names a column the file does not have, also one that hides in a prototype", () => {
    const odd = mappingSchema.parse({
      ...mapping,
      events: [{ type: "page", userId: "{constructor}", messageId: "m", timestamp: { constant: "2020-01-01T00:00:00Z" } }],
    });
    expect(mapRow(odd, { number: 1, cells }, new Set()).faults[0]?.message).toContain("no column");
  });
});

describe("parseDate", () => {
  it("reads each format and refuses days that do not exist", () => {
    expect(parseDate("19970118", "YYYYMMDD")).toBe("1997-01-18T00:00:00.000Z");
    expect(parseDate("29/2/2016 01:16", "D/M/YYYY H:mm")).toBe("2016-02-29T01:16:00.000Z");
    expect(parseDate("2/29/2016 01:16", "M/D/YYYY H:mm")).toBe("2016-02-29T01:16:00.000Z");
    expect(parseDate("29/2/2015 01:16", "D/M/YYYY H:mm")).toBeUndefined();
    expect(parseDate("19971331", "YYYYMMDD")).toBeUndefined();
    expect(parseDate("yesterday", "iso")).toBeUndefined();
  });
});
