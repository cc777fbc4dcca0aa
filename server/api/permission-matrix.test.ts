import { TRPCError } from "@trpc/server";
import { describe, expect, it } from "vitest";
import { type Role, roles } from "../auth/permissions.ts";
import { appRouter } from "./root.ts";
import { type ApiContext, createCallerFactory } from "./trpc.ts";

const everybody: readonly Role[] = roles;
const overseers: readonly Role[] = ["admin", "compliance", "manager"];
const identifiers: readonly Role[] = ["admin", "marketer", "support_lead", "agent", "compliance"];

const instrumenters: readonly Role[] = roles.filter((role) => role !== "agent");

/** Who may call what. A new procedure fails the test until somebody has written down here who may call it. */
const matrix: Record<string, readonly Role[]> = {
  "today.read": everybody,
  "customers.list": everybody,
  "customers.show": everybody,
  "customers.story": everybody,
  "journeys.list": everybody,
  "journeys.show": everybody,
  "definitions.list": everybody,
  "outbox.list": identifiers,
  "outbox.show": identifiers,
  "deliveries.counts": everybody,
  "deliveries.list": everybody,
  "deliveries.prevented": everybody,
  "deliveries.show": everybody,
  "deliveries.resolve": ["admin", "support_lead"],
  "sources.list": instrumenters,
  "sources.show": instrumenters,
  "sources.refusals": instrumenters,
  "sources.events": instrumenters,
  "sources.event": instrumenters,
  "sources.retryEvent": ["admin", "product"],
  "sources.createKey": ["admin"],
  "sources.rotateKey": ["admin"],
  "sources.revokeKey": ["admin"],
  "sources.setOrigins": ["admin"],
  "sources.rotateSecret": ["admin"],
  "audit.list": overseers,
  "audit.kinds": overseers,
  "audit.verify": overseers,
  "people.list": overseers,
  "people.changeRole": ["admin"],
  "people.setDisabled": ["admin"],
  "people.invite": ["admin"],
  "settings.session": everybody,
  "settings.read": overseers,
};

const procedures = Object.keys(appRouter._def.procedures);

class Reached extends Error {
  override name = "Reached";
}

/** Whatever a procedure touches behind its permission throws, so that nothing needs to be there. */
function untouchable<T extends object>(): T {
  return new Proxy<T>(Object.create(null), {
    get() {
      throw new Reached("the permission let the call through");
    },
  });
}

async function call(path: string, user: ApiContext["user"]): Promise<"refused" | "let through"> {
  const silent = { error: () => undefined };
  const context = Object.assign(Object.create(null), { deps: untouchable(), env: untouchable(), log: silent, user, ip: null });
  const caller: unknown = createCallerFactory(appRouter)(context);
  const procedure = path.split(".").reduce<unknown>((at, name) => Reflect.get(Object(at), name), caller);
  try {
    if (typeof procedure !== "function") throw new Error(`${path} is no procedure`);
    await procedure({});
    return "let through";
  } catch (error) {
    return error instanceof TRPCError && (error.code === "FORBIDDEN" || error.code === "UNAUTHORIZED") ? "refused" : "let through";
  }
}

describe("every procedure", () => {
  it("is written down in the matrix, and nothing else is", () => {
    expect(procedures.toSorted()).toEqual(Object.keys(matrix).toSorted());
  });

  it.each(procedures)("%s refuses a visitor", async (path) => {
    expect(await call(path, null)).toBe("refused");
  });

  it.each(procedures.flatMap((path) => roles.map((role) => ({ path, role }))))(
    "$path answers $role as the matrix says",
    async ({ path, role }) => {
      const user = { id: "u", sessionId: "s", email: "a@example.com", name: "A", role };
      expect(await call(path, user)).toBe(matrix[path]?.includes(role) ? "let through" : "refused");
    },
  );
});
