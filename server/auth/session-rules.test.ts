import { describe, expect, it } from "vitest";
import type { SessionRow } from "../data/sessions.ts";
import { ABSOLUTE_MS, IDLE_MS, refuseSession } from "./session-rules.ts";

const start = 1_800_000_000_000;
const session: SessionRow = {
  id: "s",
  userId: "u",
  createdAt: start,
  lastSeenAt: start,
  expiresAt: start + ABSOLUTE_MS,
  revokedAt: null,
  user: { email: "a@example.com", name: "A", role: "agent", disabledAt: null },
};

describe("refuseSession", () => {
  it("accepts a session that is in use", () => {
    expect(refuseSession(session, start + IDLE_MS - 1)).toBeNull();
  });

  it("ends a session after twelve hours without use", () => {
    expect(refuseSession(session, start + IDLE_MS)).toBe("idle");
  });

  it("ends a session after seven days, however busy it was", () => {
    expect(refuseSession({ ...session, lastSeenAt: start + ABSOLUTE_MS - 1 }, start + ABSOLUTE_MS)).toBe("expired");
  });

  it("ends a revoked session at once", () => {
    expect(refuseSession({ ...session, revokedAt: start + 1 }, start + 2)).toBe("revoked");
  });

  it("ends the sessions of a disabled account at once", () => {
    expect(refuseSession({ ...session, user: { ...session.user, disabledAt: start } }, start + 1)).toBe("disabled");
  });
});
