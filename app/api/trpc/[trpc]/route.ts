import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { requestContext } from "#server/api/request.ts";
import { appRouter } from "#server/api/root.ts";
import { getRuntime } from "#server/api/runtime.ts";

/**
 * Every call is a POST from our own pages: it carries a header that a form of another site cannot set, and an Origin that is ours.
 * Anything else is refused before a session is looked at.
 */
function refuse(request: Request): Response | null {
  const { env } = getRuntime();
  if (request.headers.get("x-tact-console") === "1" && request.headers.get("origin") === env.url) return null;
  return Response.json(
    { title: "Not a request of the console", status: 403 },
    { status: 403, headers: { "content-type": "application/problem+json" } },
  );
}

export async function POST(request: Request): Promise<Response> {
  return (
    refuse(request) ??
    fetchRequestHandler({
      endpoint: "/api/trpc",
      req: request,
      router: appRouter,
      createContext: requestContext,
      allowMethodOverride: true,
      responseMeta: () => ({ headers: { "cache-control": "no-store" } }),
    })
  );
}
