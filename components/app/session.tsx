"use client";
import { createContext, type ReactNode, useContext } from "react";
import type { SessionView } from "#server/contracts/console/session.ts";

const SessionContext = createContext<SessionView | null>(null);

/** The signed-in person and the company, from the server with the page. */
export function SessionProvider({ session, children }: { session: SessionView; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): SessionView {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession needs a SessionProvider above it");
  return session;
}

/** Shows or hides; the server decides. */
export function useMay(permission: string): boolean {
  return useSession().permissions.includes(permission);
}
