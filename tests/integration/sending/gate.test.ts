import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drainSending } from "#server/usecases/sending/drain-sending.ts";
import { openSendingWorld, type SendingWorld } from "../../support/sending-world.ts";

let world: SendingWorld;
beforeAll(async () => {
  world = await openSendingWorld();
});
afterAll(() => world.close());

describe("the gate", () => {
  test("sends approved help once, as a mail in the sandbox, and says so in ledger, decision and journey", async () => {
    const customer = await world.addCustomer();
    const { enrollmentId } = await world.offer(customer);
    expect(await drainSending(world.deps)).toEqual({ decided: 1, sent: 1 });
    expect(await drainSending(world.deps)).toEqual({ decided: 0, sent: 0 });
    const [row] = (await world.ledger()).filter((one) => one.customer_id === customer);
    expect(row).toMatchObject({ state: "sent", channel: "email", attempts: 1 });
    const { rows } = await world.database.pool.query("SELECT * FROM sandbox_mail WHERE message_id = $1", [row?.id]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ subject: "Your payment, Ada", recipient: `${customer}@example.test`, sender: "Acme <help@acme.test>" });
    expect(rows[0].headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
  });
});
