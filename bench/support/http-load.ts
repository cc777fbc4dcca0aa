import { Agent, request } from "node:http";
import { monotonicMs } from "./clock.ts";
import { WRITE_KEY } from "./stand.ts";

const authorization = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString("base64")}`;

/** A client of the gateway over a fixed number of kept-alive connections. */
export type Client = {
  /** Posts a body; resolves with the latency in milliseconds once it is answered 200, and fails otherwise. */
  post(path: string, body: string): Promise<number>;
  close(): void;
};

export function openClient(port: number, connections: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    post: (path, body) =>
      new Promise((done, failed) => {
        const begun = monotonicMs();
        const headers = { authorization, "content-type": "application/json", "content-length": Buffer.byteLength(body) };
        const call = request({ port, host: "127.0.0.1", path, method: "POST", headers, agent }, (response) => {
          response.resume();
          response.once("end", () => {
            if (response.statusCode === 200) done(monotonicMs() - begun);
            else failed(new Error(`${path} answered ${response.statusCode}`));
          });
        });
        call.once("error", failed);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** Calls `send` from so many lines at once until `isOver`; each line waits for its answer before it sends again. */
export async function sendAlways(lines: number, isOver: () => boolean, send: () => Promise<void>): Promise<void> {
  await Promise.all(
    Array.from({ length: lines }, async () => {
      while (!isOver()) await send();
    }),
  );
}
