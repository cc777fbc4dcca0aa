import { describe, expect, it } from "vitest";
import { type IdentityClaim, type IdentityName, type KnownIdentity, planIdentities } from "./identify.ts";

const user = (value: string): IdentityName => ({ actor: `u:${value}`, value });
const device = (value: string): IdentityName => ({ actor: `a:${value}`, value });
let made = 0;
const newId = () => `c${++made}`;

function claim(eventId: string, parts: Partial<IdentityClaim>): IdentityClaim {
  return { eventId, user: null, anonymous: null, previous: null, verified: true, fromServer: false, ...parts };
}
const alias = (eventId: string, from: string, to: string, fromServer: boolean) =>
  claim(eventId, { user: user(to), previous: { anonymous: device(from), user: user(from) }, fromServer });

const known = (actor: string, customerId: string, userId: string | null, linkedUser: string | null = null): KnownIdentity => ({
  actor,
  customerId,
  userId,
  linkedUser,
});

describe("identities", () => {
  it("gives the past of a device to the first user and none of it to the second", () => {
    const plan = planIdentities(
      [
        claim("visit", { anonymous: device("d") }),
        claim("first", { anonymous: device("d"), user: user("ann") }),
        claim("second", { anonymous: device("d"), user: user("bob") }),
        claim("later", { anonymous: device("d") }),
      ],
      [],
      newId,
    );
    const ann = plan.customerOf.get("first");
    expect(plan.customerOf.get("visit")).toBe(ann);
    expect(plan.customerOf.get("second")).not.toBe(ann);
    expect(plan.customerOf.get("later")).toBe(ann);
    expect(plan.newCustomers.map((customer) => customer.userId).sort()).toEqual(["ann", "bob"]);
    expect(plan.merges).toEqual([]);
  });

  it("turns a known visitor into the user without a merge when the user is new", () => {
    const plan = planIdentities([claim("e", { anonymous: device("d"), user: user("ann") })], [known("a:d", "old", null)], newId);
    expect(plan.customerOf.get("e")).toBe("old");
    expect(plan.promotions).toEqual([{ customerId: "old", userId: "ann" }]);
    expect(plan.links).toEqual([{ actor: "a:d", linkedUser: "u:ann" }]);
    expect(plan.newCustomers).toEqual([]);
  });

  it("merges the visitor into a user who exists", () => {
    const plan = planIdentities(
      [claim("before", { anonymous: device("d") }), claim("e", { anonymous: device("d"), user: user("ann") })],
      [known("a:d", "visitor", null), known("u:ann", "ann", "ann")],
      newId,
    );
    expect(plan.merges).toEqual([{ from: "visitor", into: "ann" }]);
    expect(plan.customerOf.get("before")).toBe("ann");
  });

  it("does not believe an unproven user: the event stays with the device", () => {
    const plan = planIdentities(
      [claim("device", { anonymous: device("d"), user: user("ann"), verified: false })],
      [known("u:ann", "ann", "ann")],
      newId,
    );
    expect(plan.customerOf.get("device")).not.toBe("ann");
    expect(plan.links).toEqual([]);
    expect(plan.merges).toEqual([]);
  });

  it("merges two users only when a server says so, and never in a circle", () => {
    const both = [known("u:ann", "A", "ann"), known("u:bob", "B", "bob")];
    expect(planIdentities([alias("e", "ann", "bob", false)], both, newId).merges).toEqual([]);
    const plan = planIdentities([alias("e1", "ann", "bob", true), alias("e2", "bob", "ann", true)], both, newId);
    expect(plan.merges).toEqual([{ from: "A", into: "B" }]);
    expect(plan.customerOf.get("e2")).toBe("B");
  });

  it("lets an alias name a user for the first time without making a second customer", () => {
    const plan = planIdentities([alias("e", "ann", "ann@new", true)], [known("u:ann", "A", "ann")], newId);
    expect(plan.customerOf.get("e")).toBe("A");
    expect(plan.newCustomers).toEqual([]);
    expect(plan.newIdentities).toMatchObject([{ actor: "u:ann@new", customerId: "A" }]);
  });
});
