import { createServer, type RequestListener, type Server } from "node:http";
import type { ConsoleProxy } from "./proxy.ts";

const ownPaths = /^\/(v1|hooks|u)(?:[/?]|$)/;

/** True for what the data plane answers itself; everything else belongs to the console. */
export function isOwnPath(url: string): boolean {
  return ownPaths.test(url);
}

/**
 * The one public port. A sender has ten seconds for its headers; bodies of the data plane have their own limits, those of the console
 * stream through.
 */
export function createFrontServer(handler: RequestListener, proxy: ConsoleProxy | null): Server {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 300_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16_384,
    },
    (request, response) => {
      if (proxy === null || isOwnPath(request.url ?? "/")) handler(request, response);
      else proxy.handle(request, response);
    },
  );
  server.on("upgrade", (request, socket, head) => {
    if (proxy === null || isOwnPath(request.url ?? "/")) socket.destroy();
    else proxy.upgrade(request, socket, head);
  });
  return server;
}
