import { defaultShouldDehydrateQuery, dehydrate, QueryClient } from "@tanstack/react-query";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { cache } from "react";
import superjson from "superjson";
import { requestContext } from "./request.ts";
import { appRouter } from "./root.ts";

/** One per request: what a page reads ahead on the server goes to the browser with the page. */
const queryClientOfRequest = cache(
  () =>
    new QueryClient({
      defaultOptions: {
        queries: { retry: false, staleTime: 10_000 },
        dehydrate: {
          serializeData: superjson.serialize,
          // what failed is asked again by the browser, which shows the failure where it belongs
          shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query),
        },
      },
    }),
);

const optionsOfRequest = cache(() => createTRPCOptionsProxy({ ctx: requestContext, router: appRouter, queryClient: queryClientOfRequest }));

/** Runs the queries of a page's panels on the server and returns them in the form the browser takes over. */
export async function readAhead(
  read: (queries: ReturnType<typeof optionsOfRequest>, client: QueryClient) => readonly Promise<unknown>[],
): Promise<ReturnType<typeof dehydrate>> {
  const client = queryClientOfRequest();
  await Promise.all(read(optionsOfRequest(), client));
  return dehydrate(client);
}
