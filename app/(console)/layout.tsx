import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { SessionProvider } from "#components/app/session.tsx";
import { Shell } from "#components/app/shell.tsx";
import { RpcProvider } from "#components/rpc/client.tsx";
import { requireUser } from "#server/api/request.ts";
import { sessionView } from "#server/api/session-view.ts";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const session = await sessionView(await requireUser());
  return (
    <SessionProvider session={session}>
      <RpcProvider>
        <NuqsAdapter>
          <Shell>{children}</Shell>
        </NuqsAdapter>
      </RpcProvider>
    </SessionProvider>
  );
}
