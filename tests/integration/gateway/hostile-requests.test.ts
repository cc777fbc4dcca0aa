import { request } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { basic, type GatewayUnderTest, post, startGateway, storedEvents, WRITE_KEY } from "./gateway-under-test.ts";

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway({ bodyTimeoutMs: 300 });
});
afterAll(() => gateway.close());

const json = { "content-type": "application/json", authorization: basic(WRITE_KEY) };

function send(
  headers: Record<string, string>,
  write: (push: (chunk: Buffer) => boolean, end: () => void) => void,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(`${gateway.url}/v1/batch`, { method: "POST", headers: { ...json, ...headers } }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    // the sender may still be writing when the connection ends: its reply counts
    call.on("error", (error) => setTimeout(() => reject(error), 500));
    write(
      (chunk) => {
        call.write(chunk);
        return !call.destroyed;
      },
      () => call.end(),
    );
  });
}

describe("size and shape hold before memory is spent", () => {
  test("a chunked body without a length is refused as soon as it is too long", async () => {
    const before = process.memoryUsage.rss();
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    let sent = 0;
    const reply = await send({}, (push, end) => {
      const more = (): void => {
        sent += chunk.length;
        if (sent > 1024 ** 3) end();
        else if (push(chunk)) setImmediate(more);
      };
      more();
    });
    expect(reply.status).toBe(413);
    expect(JSON.parse(reply.body)).toMatchObject({ code: "too_large", status: 413 });
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 ** 2);
  });

  test("a declared length over the limit is refused before a byte of it is read", async () => {
    const reply = await send({ "content-length": String(10 * 1024 ** 2) }, (push) => push(Buffer.from("{")));
    expect(reply.status).toBe(413);
  });

  test("a gzip bomb is stopped at the inflated limit, honest gzip is read", async () => {
    const bomb = await send({ "content-encoding": "gzip" }, (push, end) => {
      push(gzipSync(Buffer.alloc(50 * 1024 ** 2)));
      end();
    });
    expect(bomb.status).toBe(413);
    const honest = await send({ "content-encoding": "gzip" }, (push, end) => {
      push(gzipSync(JSON.stringify({ batch: [{ type: "track", event: "Zipped", userId: "u" }] })));
      end();
    });
    expect(honest.status).toBe(200);
  });

  test("twice encoded, broken gzip and invalid UTF-8 are refused", async () => {
    const statusOf = async (headers: Record<string, string>, body: Buffer) =>
      (
        await send(headers, (push, end) => {
          push(body);
          end();
        })
      ).status;
    expect(await statusOf({ "content-encoding": "gzip, gzip" }, gzipSync(gzipSync("{}")))).toBe(415);
    expect(await statusOf({ "content-encoding": "gzip" }, Buffer.from("not gzip"))).toBe(400);
    expect(await statusOf({}, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]))).toBe(400);
  });

  test("a byte order mark and duplicate keys are read, the last key wins", async () => {
    const text = '\ufeff{"batch":[{"type":"track","event":"First","event":"Last","userId":"u"}]}';
    expect((await post(`${gateway.url}/v1/batch`, text)).status).toBe(200);
    expect((await storedEvents(gateway.database)).map((row) => row.name)).toContain("Last");
  });

  test("a body that trickles is ended", async () => {
    const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
    const answer = new Promise<string>((resolve) => {
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
      socket.on("error", () => {});
    });
    socket.write("POST /v1/batch HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{");
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe("every refusal is problem details that name field and fix", () => {
  const cases: { name: string; path: string; body: unknown; headers?: Record<string, string>; status: number; code: string }[] = [
    { name: "no JSON", path: "/v1/batch", body: "{", status: 400, code: "invalid" },
    { name: "no body", path: "/v1/batch", body: "", status: 400, code: "invalid" },
    { name: "no list", path: "/v1/batch", body: { batch: {} }, status: 400, code: "invalid" },
    { name: "too many events", path: "/v1/batch", body: { batch: Array.from({ length: 2501 }, () => 1) }, status: 413, code: "too_large" },
    { name: "too much shared", path: "/v1/batch", body: { batch: [], context: { x: "y".repeat(9000) } }, status: 413, code: "too_large" },
    {
      name: "wrong content type",
      path: "/v1/batch",
      body: "a=b",
      headers: { "content-type": "text/csv" },
      status: 415,
      code: "unsupported_media_type",
    },
    {
      name: "a wrong key",
      path: "/v1/track",
      body: { event: "X", userId: "u" },
      headers: { authorization: basic("nobody") },
      status: 401,
      code: "unauthenticated",
    },
    {
      name: "no key",
      path: "/v1/track",
      body: { event: "X", userId: "u" },
      headers: { authorization: "" },
      status: 401,
      code: "unauthenticated",
    },
    {
      name: "a server key in a web page",
      path: "/v1/t",
      body: { event: "X", userId: "u" },
      headers: { origin: "https://x.example" },
      status: 403,
      code: "forbidden",
    },
    { name: "a wrong type for the route", path: "/v1/track", body: { type: "page", userId: "u" }, status: 400, code: "invalid_field" },
    { name: "an address that cannot be decoded", path: "/v1/%zz", body: {}, status: 400, code: "bad_request" },
    { name: "no such address", path: "/v1/nothing", body: {}, status: 404, code: "not_found" },
  ];
  for (const { name, path, body, headers, status, code } of cases) {
    test(name, async () => {
      const reply = await post(`${gateway.url}${path}`, body, headers ?? {});
      expect(reply.status).toBe(status);
      expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
      expect(reply.body).toMatchObject({ type: `urn:tact:problem:${code}`, status, code });
      expect(String(reply.body.detail).length).toBeGreaterThan(10);
    });
  }
});
