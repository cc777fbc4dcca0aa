"use client";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, TRPCClientError } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import { routes } from "#components/routes.ts";
import type { AppRouter } from "#server/api/root.ts";

const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();

export { useTRPC };

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof TRPCClientError)) return undefined;
  const data: unknown = error.data;
  return typeof data === "object" && data !== null && "code" in data && typeof data.code === "string" ? data.code : undefined;
}

/** Faults that asking again cannot mend. */
const final = new Set(["BAD_REQUEST", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"]);

function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError(error) {
        // the session ended meanwhile: the way back leads here again
        if (codeOf(error) === "UNAUTHORIZED") {
          window.location.assign(routes.signIn({ to: window.location.pathname + window.location.search }));
        }
      },
    }),
    defaultOptions: {
      queries: { staleTime: 10_000, retry: (count, error) => count < 2 && !final.has(codeOf(error) ?? "") },
      hydrate: { deserializeData: superjson.deserialize },
    },
  });
}

/** What a failed call says to the person, in words the server chose. */
export function messageOf(error: unknown): string {
  if (error instanceof TRPCClientError && codeOf(error) !== undefined) return error.message;
  return "The server could not be reached. Check your connection and try again.";
}

export function isNotFound(error: unknown): boolean {
  return codeOf(error) === "NOT_FOUND";
}

export function RpcProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [client] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [
        httpBatchLink({
          url: "/api/trpc",
          transformer: superjson,
          methodOverride: "POST",
          headers: { "x-tact-console": "1" },
          maxItems: 10,
        }),
      ],
    }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
