import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  request as send,
} from "node:http";
import type { Duplex } from "node:stream";

export type ConsoleProxy = {
  /** Passes a request on and its answer back, both as streams. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Passes a WebSocket on. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends what would last for ever and keeps no connection. */
  close(): void;
};

/** Headers that belong to one connection (RFC 9110 §7.6.1), and those only this proxy may set. */
const notPassedOn = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "forwarded",
]);

const DOWN_PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="3"><title>Tact is starting</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem}</style>
<h1>The console is not ready</h1><p>Events are still taken in and help still goes out. This page tries again by itself.</p></html>
`;

/** Passes what is not the data plane's on to the console's own process on loopback: nothing is buffered, compressed or timed out. */
export function createProxy(options: { port: number; publicProtocol: "http" | "https" }): ConsoleProxy {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });

  function open(request: IncomingMessage, headers: OutgoingHttpHeaders): ClientRequest {
    return send({ host: "127.0.0.1", port: options.port, method: request.method, path: request.url, headers, agent, setHost: false });
  }

  /** Connections that last until somebody ends them. */
  const lasting = new Set<ServerResponse | Duplex>();
  function keep(connection: ServerResponse | Duplex): void {
    lasting.add(connection);
    connection.once("close", () => lasting.delete(connection));
  }

  function handle(request: IncomingMessage, response: ServerResponse, retried = false): void {
    const hasBody = request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0;
    const headers = forwardedHeaders(request, options.publicProtocol);
    if (request.headers["transfer-encoding"] !== undefined) headers["transfer-encoding"] = "chunked";
    const upstream = open(request, headers);
    upstream.setNoDelay(true);
    upstream.on("response", (answer) => {
      if (answer.headers["content-type"]?.startsWith("text/event-stream")) keep(response);
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, returnedHeaders(answer));
      response.flushHeaders();
      answer.on("error", () => response.destroy());
      answer.pipe(response);
    });
    upstream.on("error", () => {
      if (response.headersSent) return void response.destroy();
      if (response.destroyed) return;
      // the kept connection had just been closed by the other side: a read may be repeated
      if (upstream.reusedSocket && !hasBody && request.method === "GET" && !retried) handle(request, response, true);
      else sendDownPage(response);
    });
    response.on("close", () => upstream.destroy());
    request.on("error", () => upstream.destroy());
    if (hasBody) request.pipe(upstream);
    else upstream.end();
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const headers = {
      ...forwardedHeaders(request, options.publicProtocol),
      connection: "Upgrade",
      upgrade: request.headers.upgrade ?? "websocket",
    };
    const upstream = send({ host: "127.0.0.1", port: options.port, path: request.url, headers, setHost: false });
    keep(socket);
    socket.on("error", () => upstream.destroy());
    upstream.on("error", () => socket.destroy());
    upstream.on("response", () => socket.destroy());
    upstream.on("upgrade", (answer: IncomingMessage, far: Duplex, farHead: Buffer) => {
      const lines = [`HTTP/1.1 101 ${answer.statusMessage ?? "Switching Protocols"}`];
      for (let at = 0; at < answer.rawHeaders.length; at += 2) lines.push(`${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`);
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      socket.write(farHead);
      far.write(head);
      far.on("error", () => socket.destroy());
      far.on("close", () => socket.destroy());
      socket.on("close", () => far.destroy());
      // neither side goes on alone
      far.on("end", () => socket.end(() => socket.destroy()));
      socket.on("end", () => far.end(() => far.destroy()));
      far.pipe(socket, { end: false });
      socket.pipe(far, { end: false });
    });
    upstream.end();
  }

  return {
    handle: (request, response) => handle(request, response),
    upgrade,
    close() {
      for (const connection of lasting) connection.destroy();
      agent.destroy();
    },
  };
}

/**
 * What the console is told of a request. Inbound X-Forwarded-* and X-Middleware-* headers are never believed: the first are set here,
 * the second are Next's own and could skip its middleware.
 */
export function forwardedHeaders(request: IncomingMessage, protocol: "http" | "https"): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  const listed = connectionHeaders(request.headers);
  for (const [name, value] of Object.entries(request.headers)) {
    if (notPassedOn.has(name) || listed.has(name) || name.startsWith("x-middleware-") || name.startsWith("x-forwarded-")) continue;
    headers[name] = value;
  }
  headers["x-forwarded-for"] = request.socket.remoteAddress ?? "";
  headers["x-forwarded-proto"] = protocol;
  headers["x-forwarded-host"] = request.headers.host ?? "";
  return headers;
}

function connectionHeaders(headers: IncomingHttpHeaders): Set<string> {
  return new Set((headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase()));
}

function returnedHeaders(answer: IncomingMessage): string[] {
  const headers: string[] = [];
  const listed = connectionHeaders(answer.headers);
  for (let at = 0; at < answer.rawHeaders.length; at += 2) {
    const name = answer.rawHeaders[at] ?? "";
    const key = name.toLowerCase();
    if (!notPassedOn.has(key) && !listed.has(key)) headers.push(name, answer.rawHeaders[at + 1] ?? "");
  }
  return headers;
}

function sendDownPage(response: ServerResponse): void {
  response.writeHead(503, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", "retry-after": "3" });
  response.end(DOWN_PAGE);
}
