import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { HttpProblem } from "./problem.ts";

export type BodyLimits = { maxBytes: number; timeoutMs: number };

/** After a refusal the rest of a body is read away this long, so that the sender sees the reply before the connection ends. */
const DRAIN_MS = 1_000;

function tooLarge(limit: number): HttpProblem {
  return new HttpProblem(413, "too_large", `The body has more than ${limit} bytes: send it in parts.`, {
    headers: { connection: "close" },
  });
}

/**
 * The body as text. Sizes hold before memory is spent: the declared length, the bytes that arrive and the inflated bytes are each
 * counted against the limit. Gzip is the only encoding; text that is not UTF-8 is refused; a byte order mark is dropped.
 */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<string> {
  const declared = Number(request.headers["content-length"] ?? 0);
  try {
    if (declared > limits.maxBytes) throw tooLarge(limits.maxBytes);
    const bytes = await collect(request, limits);
    if (!isUtf8(bytes)) {
      throw new HttpProblem(400, "invalid", "The body is not UTF-8 text.", {
        errors: [{ field: "", message: "Encode the body as UTF-8." }],
      });
    }
    const text = bytes.toString("utf8");
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  } catch (error) {
    if (!request.complete) drain(request);
    throw error;
  }
}

function collect(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding !== "identity" && encoding !== "gzip") {
    throw new HttpProblem(415, "unsupported_encoding", "The body is plain or gzip, encoded once.", {
      headers: { "accept-encoding": "gzip" },
    });
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    let held = 0;
    const inflate = encoding === "gzip" ? createGunzip() : null;
    const source: Readable = inflate ?? request;

    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      request.off("data", onArrival);
      source.off("data", onData);
      if (inflate !== null) {
        request.unpipe(inflate);
        inflate.destroy();
      }
      settle();
    };
    const fail = (error: Error): void => finish(() => reject(error));
    const onArrival = (chunk: Buffer): void => {
      received += chunk.length;
      if (received > limits.maxBytes) fail(tooLarge(limits.maxBytes));
    };
    const onData = (chunk: Buffer): void => {
      held += chunk.length;
      if (held > limits.maxBytes) fail(tooLarge(limits.maxBytes));
      else chunks.push(chunk);
    };
    const timer = setTimeout(() => {
      fail(new HttpProblem(408, "too_slow", "The body took too long to arrive.", { headers: { connection: "close" } }));
    }, limits.timeoutMs);

    source.on("data", onData);
    source.once("end", () => finish(() => resolve(chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks))));
    request.once("error", fail);
    request.once("close", () => {
      if (!request.complete) fail(new HttpProblem(400, "aborted", "The request ended before its body did."));
    });
    if (inflate !== null) {
      inflate.once("error", () => fail(new HttpProblem(400, "invalid", "The body is not valid gzip.")));
      request.on("data", onArrival);
      request.pipe(inflate);
    }
  });
}

function drain(request: IncomingMessage): void {
  const { socket } = request;
  request.on("error", () => {});
  request.on("data", () => {});
  request.resume();
  const timer = setTimeout(() => socket.destroy(), DRAIN_MS);
  timer.unref();
  socket.once("close", () => clearTimeout(timer));
}
