import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { processEvents } from "#server/usecases/pipeline/process-events.ts";
import { type Mapping, mappingSchema } from "../../../scripts/replay/mapping.ts";
import { type ReplayReport, runReplay } from "../../../scripts/replay/run-replay.ts";
import type { Sender } from "../../../scripts/replay/send-batches.ts";
import { type GatewayUnderTest, startGateway, WRITE_KEY } from "../gateway/gateway-under-test.ts";

const dataFolder = process.env.TACT_TEST_DATA ?? path.resolve("../shared/data");
const orders = path.join(dataFolder, "cdnow/CDNOW_sample.txt");
const incidents = path.join(dataFolder, "uci_incident/incident_event_log.csv.gz");

let gateway: GatewayUnderTest;
let folder: string;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "tact-replay-"));
  return () => rm(folder, { recursive: true, force: true });
});

async function shipped(name: string): Promise<Mapping> {
  return mappingSchema.parse(JSON.parse(await readFile(path.resolve("scripts/replay/mappings", `${name}.json`), "utf8")));
}

function sender(overrides: Partial<Sender> = {}): Sender {
  return {
    url: gateway.url,
    writeKey: WRITE_KEY,
    signal: new AbortController().signal,
    pause: async () => {},
    onWait: () => {},
    ...overrides,
  };
}

async function replay(
  file: string,
  mapping: Mapping,
  options: { dryRun?: boolean; limitRows?: number; sender?: Sender } = {},
): Promise<ReplayReport> {
  const silent = { show: () => {}, end: () => {} };
  const report = await runReplay(
    {
      file,
      mapping,
      dryRun: options.dryRun ?? false,
      eventsPerSecond: undefined,
      limitRows: options.limitRows,
      stateFile: path.join(folder, "state.json"),
      errorFile: path.join(folder, "errors.csv"),
    },
    options.sender ?? sender(),
    silent,
    () => performance.now(),
  );
  for (let more = true; more; ) more = (await processEvents(gateway.deps)).processed > 0;
  return report;
}

async function count(text: string): Promise<number> {
  const result = await gateway.database.pool.query<{ n: number }>(text);
  return result.rows[0]?.n ?? -1;
}

const tickets = mappingSchema.parse({
  name: "tickets",
  file: { format: "csv", delimiter: ";" },
  events: [
    {
      type: "track",
      name: "Case Opened",
      userId: "t-{who}",
      messageId: "t-open-{id}",
      timestamp: { columns: ["at"] },
      properties: { case_id: "{id}", channel: "email", type: "{kind}" },
    },
  ],
});

describe("replay", () => {
  it("stores good rows, writes one line for each bad one, and counts a second run as nothing new", async () => {
    const file = path.join(folder, "tickets.csv");
    await writeFile(
      file,
      "id;who;at;kind\n1;ann;2024-05-01T10:00:00Z;refund\n2;;2024-05-01T10:00:00Z;refund\n3;bob;someday;refund\n4;bob;2024-05-02T10:00:00Z;=cmd\n",
    );
    const first = await replay(file, tickets);
    expect(first).toMatchObject({ rows: 4, events: 2, accepted: 2, rowFaults: 2, refused: 0 });
    expect((await readFile(path.join(folder, "errors.csv"), "utf8")).split("\n").slice(0, 3)).toEqual([
      "row,code,field,message",
      "2,unreadable,userId,userId is empty",
      '3,unreadable,at,"""someday"" is not a date of the form iso"',
    ]);
    expect(await count("SELECT count(*)::int AS n FROM case_record")).toBe(2);

    await rm(path.join(folder, "state.json"));
    expect(await replay(file, tickets)).toMatchObject({ accepted: 0, duplicates: 2 });
    expect(await count("SELECT count(*)::int AS n FROM case_record")).toBe(2);
  });

  it("goes on where it was cut off, and sends nothing in a dry run", async () => {
    const file = path.join(folder, "many.csv");
    const rows = Array.from({ length: 1_200 }, (_, index) => `m${index};cust${index % 7};2024-06-01T10:00:00Z;other`);
    await writeFile(file, `id;who;at;kind\n${rows.join("\n")}\n`);
    expect(await replay(file, tickets, { dryRun: true })).toMatchObject({ events: 1_200, accepted: 0 });
    expect(await count("SELECT count(*)::int AS n FROM case_record WHERE case_id LIKE 'm%'")).toBe(0);

    await replay(file, tickets, { limitRows: 700 });
    expect(await replay(file, tickets)).toMatchObject({ skippedRows: 700, accepted: 500, duplicates: 0 });
    expect(await count("SELECT count(*)::int AS n FROM case_record WHERE case_id LIKE 'm%'")).toBe(1_200);
  });

  it("waits and tries again when the server cannot take more, and ends with its words when the key is wrong", async () => {
    const file = path.join(folder, "few.csv");
    await writeFile(file, "id;who;at;kind\nr1;ann;2024-05-01T10:00:00Z;refund\n");
    const waits: string[] = [];
    let port = 1;
    const moving = sender({
      onWait: (reason) => {
        waits.push(reason);
        port = 2;
      },
    });
    Object.defineProperty(moving, "url", { get: () => (port === 1 ? "http://127.0.0.1:1" : gateway.url) });
    expect(await replay(file, tickets, { sender: moving })).toMatchObject({ accepted: 1 });
    expect(waits).toHaveLength(1);

    await rm(path.join(folder, "state.json"));
    await expect(replay(file, tickets, { sender: sender({ writeKey: "wrong" }) })).rejects.toThrow(/refused the batch \(HTTP 401\)/);
  });

  it.skipIf(!existsSync(orders))(
    "makes exactly the orders and customers of the CDNOW sample (skipped without the data set)",
    { timeout: 120_000 },
    async () => {
      expect(await replay(orders, await shipped("cdnow-sample"))).toMatchObject({
        rows: 6_919,
        rowFaults: 0,
        refused: 0,
        accepted: 6_919 + 2_357,
      });
      expect(await count("SELECT count(*)::int AS n FROM customer WHERE user_id LIKE 'cdnow-%'")).toBe(2_357);
      const totals = await gateway.database.pool.query(
        "SELECT count(*)::int AS n, sum(amount)::numeric(12, 2)::text AS sum FROM order_record WHERE order_id LIKE 'cdnow-%'",
      );
      expect(totals.rows[0]).toEqual({ n: 6_919, sum: "244091.94" });
    },
  );

  it.skipIf(!existsSync(incidents))(
    "makes exactly the cases of the UCI incident log (skipped without the data set)",
    { timeout: 240_000 },
    async () => {
      expect(await replay(incidents, await shipped("uci-incident"))).toMatchObject({ rows: 24_918, rowFaults: 0, refused: 0 });
      const cases = await gateway.database.pool.query(
        "SELECT count(*)::int AS n, count(*) FILTER (WHERE made_sla)::int AS sla, count(*) FILTER (WHERE status = 'resolved')::int AS resolved FROM case_record WHERE case_id LIKE 'INC%'",
      );
      expect(cases.rows[0]).toEqual({ n: 24_918, sla: 15_803, resolved: 24_918 });
    },
  );
});
