import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../../scripts/supervisor/free-port.ts";
import { type GatewayUnderTest, post, startGateway } from "./gateway-under-test.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let gateway: GatewayUnderTest;
let upstream: Server | undefined;
let consolePort: number;
let handle: Handler = (_request, response) => response.end();

beforeAll(async () => {
  consolePort = await freePort();
  gateway = await startGateway({ nextPort: consolePort, publicUrl: "https://help.example.com" });
});
afterAll(() => gateway.close());

async function startConsole(next: Handler): Promise<void> {
  handle = next;
  const server = createServer((incoming, response) => handle(incoming, response));
  upstream = server;
  server.on("upgrade", (incoming, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n");
    socket.write(`hello ${incoming.url}`);
    socket.on("data", (chunk) => socket.write(`echo ${chunk}`));
    socket.on("end", () => socket.end());
  });
  await new Promise<void>((ready) => server.listen(consolePort, "127.0.0.1", ready));
}
afterEach(async () => {
  const server = upstream;
  if (server === undefined) return;
  upstream = undefined;
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

describe("what is not the data plane's goes to the console", () => {
  test("a page that cannot be had is a plain 503 that comes back, and ingest goes on", async () => {
    const response = await fetch(`${gateway.url}/customers`);
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(response.headers.get("retry-after")).toBe("3");
    expect(await response.text()).toContain("not ready");
    expect((await post(`${gateway.url}/v1/track`, { event: "X", userId: "u" })).status).toBe(200);
  });

  test("headers only a proxy may set are set here, and Next's own are dropped", async () => {
    let seen: IncomingMessage["headers"] = {};
    await startConsole((incoming, response) => {
      seen = incoming.headers;
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      response.end("page");
    });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        host: "help.example.com",
        "x-forwarded-for": "1.2.3.4",
        "x-forwarded-host": "evil.example",
        "x-middleware-subrequest": "middleware",
        "x-middleware-next": "1",
        connection: "close, x-secret",
        "x-secret": "hop",
        cookie: "session=1",
      };
      request(`${gateway.url}/settings?tab=1`, { headers }, resolve).on("error", reject).end();
    });
    answer.resume();
    expect(answer.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(seen).toMatchObject({
      host: "help.example.com",
      cookie: "session=1",
      "x-forwarded-host": "help.example.com",
      "x-forwarded-proto": "https",
    });
    expect(seen["x-forwarded-for"]).toMatch(/127\.0\.0\.1$/);
    for (const name of ["x-middleware-subrequest", "x-middleware-next", "x-secret"]) expect(seen).not.toHaveProperty(name);
  });

  test("an event stream passes through as it is written, unbuffered, and ends at the source when the reader leaves", async () => {
    let left: (() => void) | undefined;
    const readerLeft = new Promise<void>((resolve) => {
      left = resolve;
    });
    let push: (text: string) => void = () => {};
    await startConsole((incoming, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      push = (text) => void response.write(text);
      push("data: one\n\n");
      incoming.on("close", () => left?.());
      response.on("close", () => left?.());
    });
    const abort = new AbortController();
    const response = await fetch(`${gateway.url}/api/trpc/stream`, { signal: abort.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe("data: one\n\n");
    push("data: two\n\n");
    expect((await reader?.read())?.value).toBe("data: two\n\n");
    expect(response.headers.get("content-encoding")).toBeNull();
    abort.abort();
    await readerLeft;
  });

  test("a body streams through untouched, whatever its size", async () => {
    const sizes: number[] = [];
    await startConsole((incoming, response) => {
      let bytes = 0;
      incoming.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      incoming.on("end", () => {
        sizes.push(bytes);
        response.end(String(bytes));
      });
    });
    const body = Buffer.alloc(5 * 1024 * 1024, 7);
    const response = await fetch(`${gateway.url}/api/upload`, { method: "POST", body });
    expect(await response.text()).toBe(String(body.length));
    expect(sizes).toEqual([body.length]);
  });

  test("a WebSocket is passed on in both directions", async () => {
    await startConsole((_request, response) => response.end());
    const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.write("GET /_next/hmr HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n");
    await expect.poll(() => text).toContain("hello /_next/hmr");
    socket.write("ping");
    await expect.poll(() => text).toContain("echo ping");
    socket.destroy();
  });
});
