import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockDataFolder, readCredentials, StartRefused, writeCredentials } from "./data-folder.ts";
import { freePort } from "./free-port.ts";
import { claimable, reachable } from "./ports.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tact-data-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the data folder", () => {
  test("is refused to a second start while the first runs, naming it", async () => {
    const script = join(folder, "scripts", "start.mjs");
    mkdirSync(join(folder, "scripts"));
    writeFileSync(script, "setInterval(() => {}, 1000); process.stdout.write('up');");
    const other = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "ignore"] });
    await new Promise((done) => other.stdout.once("data", done));
    writeFileSync(join(folder, "lock"), JSON.stringify({ pid: other.pid, url: "http://localhost:3000" }));
    try {
      expect(() => lockDataFolder(folder, "http://localhost:3001")).toThrow(`process ${other.pid}, http://localhost:3000`);
    } finally {
      other.kill("SIGKILL");
      await new Promise((done) => other.once("exit", done));
    }
  });

  test("is taken over from a start that was killed, and from one that died while it wrote the lock", () => {
    writeFileSync(join(folder, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, url: "http://localhost:3000" }));
    lockDataFolder(folder, "http://localhost:3000")();
    writeFileSync(join(folder, "lock"), '{"pid":');
    const release = lockDataFolder(folder, "http://localhost:3000");
    expect(JSON.parse(readFileSync(join(folder, "lock"), "utf8"))).toMatchObject({ pid: process.pid });
    release();
  });

  test("keeps the credentials it made, readable by their owner only", () => {
    const first = readCredentials(folder);
    expect(readCredentials(folder)).toEqual(first);
    expect(statSync(join(folder, "credentials.json")).mode & 0o777).toBe(0o600);
    writeCredentials(folder, { ...first, writeKey: "tact_wk_1" });
    expect(readCredentials(folder)).toEqual({ ...first, writeKey: "tact_wk_1" });
  });

  test("with damaged credentials is refused instead of given new ones", () => {
    writeFileSync(join(folder, "credentials.json"), '{"postgresPassword": 1}');
    expect(() => readCredentials(folder)).toThrow(StartRefused);
    writeFileSync(join(folder, "credentials.json"), "not json");
    expect(() => readCredentials(folder)).toThrow("is damaged");
  });
});

describe("a start", () => {
  test("is refused with one sentence when the port is in use", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const port = address && typeof address === "object" ? address.port : 0;
    await expect(claimable(port, "127.0.0.1")).rejects.toThrow(`Port ${port} is in use by another program.`);
    await new Promise((done) => server.close(done));
    await expect(claimable(port, "127.0.0.1")).resolves.toBeUndefined();
  });

  test("is refused when the address to bind to is not this machine's", async () => {
    await expect(claimable(await freePort(), "192.0.2.1")).rejects.toThrow("TACT_HOST 192.0.2.1 is not an address of this machine.");
  });

  test("is refused with one sentence when the database does not answer, without its password", async () => {
    const port = await freePort();
    const refused = reachable("DATABASE_URL", `postgresql://tact:hunter2@127.0.0.1:${port}/tact`, 5432, 300);
    await expect(refused).rejects.toThrow(`Nothing answers at 127.0.0.1:${port}, the server that DATABASE_URL names (ECONNREFUSED).`);
    await expect(refused).rejects.not.toThrow("hunter2");
  });
});
