import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { StartRefused } from "./data-folder.ts";

/** Refuses the start when the public port cannot be had. */
export function claimable(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const why: Record<string, string> = {
        EADDRINUSE: `Port ${port} is in use by another program. Stop it, or choose another port: PORT=3001 npm start`,
        EACCES: `Port ${port} needs more rights than this account has. Choose one above 1024: PORT=3000 npm start`,
        EADDRNOTAVAIL: `TACT_HOST ${host} is not an address of this machine.`,
        ENOTFOUND: `TACT_HOST ${host} is not an address of this machine.`,
      };
      reject(new StartRefused(why[error.code ?? ""] ?? `Port ${port} on ${host} cannot be opened: ${error.message}`));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

/** Refuses the start when nothing answers at the host and port of a server's address within `limitMs`. */
export async function reachable(variable: string, address: string, defaultPort: number, limitMs: number): Promise<void> {
  const { hostname, port } = new URL(address);
  const at = { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? defaultPort : Number(port) };
  for (let waited = 0; ; waited += 250) {
    const fault = await knock(at);
    if (fault === null) return;
    if (waited >= limitMs) {
      throw new StartRefused(
        `Nothing answers at ${at.host}:${at.port}, the server that ${variable} names (${fault}). Start it, then start again.`,
      );
    }
    await delay(250);
  }
}

function knock(at: { host: string; port: number }): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ ...at, timeout: 2_000 });
    const end = (fault: string | null) => {
      socket.destroy();
      resolve(fault);
    };
    socket.once("connect", () => end(null));
    socket.once("timeout", () => end("no answer"));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

/** Waits until an HTTP address answers with a status that `good` accepts; false when `limitMs` ran out. */
export async function answers(url: string, good: (status: number) => boolean, limitMs: number): Promise<boolean> {
  for (const until = Date.now() + limitMs; Date.now() < until; ) {
    try {
      const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(5_000) });
      await response.body?.cancel();
      if (good(response.status)) return true;
    } catch {
      // not listening yet
    }
    await delay(100);
  }
  return false;
}
