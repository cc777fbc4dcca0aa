import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { type Product, processesOf, startProduct, temporaryDataFolder } from "../support/product.ts";

const folder = temporaryDataFolder();
const started: Product[] = [];

afterAll(async () => {
  for (const product of started) {
    if (product.process.exitCode === null && product.process.signalCode === null) product.process.kill("SIGTERM");
    await product.ended;
  }
  await vi.waitFor(() => expect(processesOf(folder.dataDir)).toEqual([]), { timeout: 30_000, interval: 100 });
  folder.remove();
}, 60_000);

async function start(options: { port?: number; dataDir?: string; env?: Record<string, string> } = {}): Promise<Product> {
  const product = await startProduct({ dataDir: folder.dataDir, ...options });
  started.push(product);
  return product;
}

async function ready(product: Product): Promise<void> {
  await vi.waitFor(() => expect(product.output()).toContain("Tact is ready"), { timeout: 240_000, interval: 100 });
}

function credentials(): { writeKey: string; apiKey: string; signIns: { email: string; password: string }[] } {
  return JSON.parse(readFileSync(join(folder.dataDir, "credentials.json"), "utf8"));
}

async function health(port: number): Promise<number> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/v1/health`)).status;
  } catch {
    // nobody listens
    return 0;
  }
}

function track(port: number, userId: string): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${credentials().writeKey}:`).toString("base64")}`;
  const headers = { authorization, "content-type": "application/json" };
  return fetch(`http://127.0.0.1:${port}/v1/track`, { method: "POST", headers, body: JSON.stringify({ userId, event: "Started" }) });
}

/** The public API's word on whether a customer is known. */
async function isKnown(port: number, userId: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${credentials().apiKey}` };
  return (await fetch(`http://127.0.0.1:${port}/v1/customers/${userId}`, { headers })).status === 200;
}

describe.skipIf(process.platform !== "linux").sequential("npm start", () => {
  test("says where to click, how to sign in and with which keys to send, and then takes events in", { timeout: 300_000 }, async () => {
    const product = await start();
    await ready(product);
    const { signIns, writeKey, apiKey } = credentials();
    const said = product.output();
    expect(signIns.length).toBeGreaterThanOrEqual(5);
    for (const text of [`http://localhost:${product.port}`, writeKey, apiKey, ...signIns.flatMap((one) => [one.email, one.password])]) {
      expect(said).toContain(text);
    }
    expect(await health(product.port)).toBe(200);
    expect((await track(product.port, "anna")).status).toBe(200);
    await vi.waitFor(async () => expect(await isKnown(product.port, "anna")).toBe(true), { timeout: 10_000, interval: 50 });
    const page = await fetch(`http://127.0.0.1:${product.port}/`);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toContain("text/html");
  });

  test("is refused on the data folder of one that runs, which goes on undisturbed", { timeout: 60_000 }, async () => {
    const [first] = started;
    const second = await start();
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain("Tact already runs on the data folder");
    expect(await health(first?.port ?? 0)).toBe(200);
  });

  test("is refused on a port in use with one sentence", { timeout: 60_000 }, async () => {
    const [first] = started;
    const other = temporaryDataFolder();
    const second = await start({ port: first?.port ?? 0, dataDir: other.dataDir });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`Port ${first?.port} is in use by another program.`);
    other.remove();
  });

  test("starts a process again that was killed, while the gateway goes on", { timeout: 60_000 }, async () => {
    const [first] = started;
    const find = (name: string) => processesOf(folder.dataDir).find((line) => line.includes(name));
    const worker = Number(find("dist/worker.js")?.split(" ")[0]);
    process.kill(worker, "SIGKILL");
    expect(await health(first?.port ?? 0)).toBe(200);
    await vi.waitFor(() => expect(Number(find("dist/worker.js")?.split(" ")[0] ?? worker)).not.toBe(worker), {
      timeout: 20_000,
      interval: 50,
    });
    expect((await track(first?.port ?? 0, "berta")).status).toBe(200);
    await vi.waitFor(async () => expect(await isKnown(first?.port ?? 0, "berta")).toBe(true), { timeout: 20_000, interval: 50 });
  });

  test("ends every process on SIGTERM, with exit code 0", { timeout: 60_000 }, async () => {
    const [first] = started;
    first?.process.kill("SIGTERM");
    expect(await first?.ended).toBe(0);
    expect(processesOf(folder.dataDir)).toEqual([]);
  });

  test("is healthy again in less than 15 seconds the second time, with everything there", { timeout: 60_000 }, async () => {
    const startedAt = Date.now();
    const product = await start();
    await ready(product);
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    expect(await isKnown(product.port, "anna")).toBe(true);
  });

  test("leaves no process behind when it is killed outright, and the next start finds every accepted event", {
    timeout: 120_000,
  }, async () => {
    const product = started.at(-1);
    expect((await track(product?.port ?? 0, "clara")).status).toBe(200);
    product?.process.kill("SIGKILL");
    await product?.ended;
    await vi.waitFor(() => expect(processesOf(folder.dataDir)).toEqual([]), { timeout: 30_000, interval: 100 });
    const next = await start();
    await ready(next);
    await vi.waitFor(async () => expect(await isKnown(next.port, "clara")).toBe(true), { timeout: 20_000, interval: 50 });
    next.process.kill("SIGINT");
    expect(await next.ended).toBe(0);
    expect(processesOf(folder.dataDir)).toEqual([]);
  });

  test("with a wrong environment lists every fault and touches nothing", { timeout: 60_000 }, async () => {
    const dataDir = join(folder.dataDir, "never");
    const product = await start({ dataDir, env: { PORT: "0", TACT_DEMO: "maybe", REDIS_URL: "here" } });
    expect(await product.ended).toBe(1);
    for (const name of ["PORT", "TACT_DEMO", "REDIS_URL"]) expect(product.output()).toContain(`- ${name} `);
    expect(() => readFileSync(join(dataDir, "credentials.json"))).toThrow();
  });

  test("with a database that is down says so in one sentence", { timeout: 60_000 }, async () => {
    const dataDir = join(folder.dataDir, "down");
    mkdirSync(dataDir);
    const closed = createServer();
    const port = await new Promise<number>((done) =>
      closed.listen(0, "127.0.0.1", () => {
        const address = closed.address();
        closed.close(() => done(address && typeof address === "object" ? address.port : 0));
      }),
    );
    const env = { DATABASE_URL: `postgresql://tact:pw@127.0.0.1:${port}/tact`, TACT_SECRET: "s".repeat(32) };
    const product = await start({ dataDir, env });
    expect(await product.ended).toBe(1);
    expect(product.output()).toContain(`Nothing answers at 127.0.0.1:${port}, the server that DATABASE_URL names`);
  });
});
