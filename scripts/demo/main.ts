import { setTimeout as pause } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import { EnvFaults, readSettings, type Settings } from "#server/config/env.ts";
import { createPool } from "#server/data/pool.ts";
import { createDeps } from "#server/deps.ts";
import { shopModel } from "#server/domain/demo/causal-model.ts";
import { newWorld } from "#server/domain/demo/world.ts";
import { silentDoorbell } from "#server/queue/doorbell.ts";
import { attachDatabase } from "../supervisor/attach.ts";
import { readCredentials, StartRefused } from "../supervisor/data-folder.ts";
import { incidentDesk } from "./incident-desk.ts";
import { liveOn } from "./live-day.ts";
import { makeHistory, setClock } from "./make-history.ts";
import { envOf, openPast } from "./past-installation.ts";
import { publicApi } from "./public-api.ts";
import { historyLine, liveLine, pastTroubles } from "./report.ts";
import { worldFile } from "./world-file.ts";

const DAY = 86_400_000;

type Options = { size: number; days: number; seed: string; speed: number; reset: boolean };

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > most) throw new InvalidArgumentError(`must be a whole number from 1 to ${most}`);
    return value;
  };
}

const program = new Command("demo")
  .description("Fills a stopped installation with the past of a demo company, or, while it runs, lets the company live on.")
  .option("--size <n>", "customers", wholeNumber(50_000), 2_000)
  .option("--days <n>", "days of history", wholeNumber(400), 60)
  .option("--seed <text>", "another seed, another company", "shop")
  .option("--speed <n>", "how many times as often customers come while the company lives on", wholeNumber(1_000), 20)
  .option("--reset", "first removes everything from the embedded database", false);

async function writeHistory(settings: Settings, options: Options, stop: AbortSignal): Promise<void> {
  const began = Date.now();
  const from = Math.floor(began / DAY) * DAY - options.days * DAY;
  const clock = setClock(from);
  const file = worldFile(settings.dataDir);
  const { deps, source, close } = await openPast(settings, clock, { reset: options.reset });
  try {
    await file.remove();
    const world = newWorld(shopModel, {
      seed: options.seed,
      size: options.size,
      from,
      to: began,
      troubles: pastTroubles(from, began),
    });
    let shownAt = 0;
    const show = process.stderr.isTTY ? 200 : 5_000;
    const done = await makeHistory({
      deps,
      clock,
      source,
      model: shopModel,
      world,
      until: Date.now,
      onTruth: (records) => file.appendTruth(records),
      onProgress(progress) {
        if (Date.now() - shownAt < show) return;
        shownAt = Date.now();
        process.stderr.write(
          `${process.stderr.isTTY ? "\r\u001b[K" : ""}${historyLine(progress, Date.now() - began)}${process.stderr.isTTY ? "" : "\n"}`,
        );
      },
      isStopped: () => stop.aborted,
    });
    await file.save(world);
    process.stderr.write(`${process.stderr.isTTY ? "\r\u001b[K" : ""}${historyLine({ ...done, to: done.at }, Date.now() - began)}\n`);
  } finally {
    await close();
  }
  const made = stop.aborted ? "Stopped: the past ends early." : "The past is made.";
  process.stdout.write(`${made} Start Tact (npm start), then run \`npm run demo\` again: the company lives on.\n`);
}

async function live(settings: Settings, options: Options, stop: AbortSignal): Promise<void> {
  const file = worldFile(settings.dataDir);
  const world = await file.load();
  if (world === null) {
    throw new StartRefused("Tact runs, and there is no demo company in its data folder. Stop Tact, run this again, and start it.");
  }
  const { writeKey, apiKey } = readCredentials(settings.dataDir);
  const keys = { write: settings.writeKey ?? writeKey, api: settings.apiKey ?? apiKey };
  if (keys.write === null || keys.api === null) throw new StartRefused("The data folder holds no write key or no API key.");
  const attached = await attachDatabase(settings);
  const pool = createPool(attached.databaseUrl, { max: 2, name: "tact demo" });
  const url = `http://127.0.0.1:${settings.port}`;
  let told = 0;
  try {
    await liveOn({
      model: shopModel,
      world,
      pace: options.speed,
      sender: {
        url,
        writeKey: keys.write,
        signal: stop,
        pause: async (ms) => void (await pause(ms, undefined, { signal: stop })),
        onWait: (reason) => process.stderr.write(`waiting: ${reason}\n`),
      },
      api: publicApi({ url, apiKey: keys.api, signal: stop, now: Date.now }),
      incidents: incidentDesk(createDeps({ pool, queue: silentDoorbell, env: envOf(settings, attached) }), {
        onChange: (line) => process.stdout.write(`${line}\n`),
      }),
      file,
      now: Date.now,
      onStep(step) {
        told += step.events;
        if (step.events > 0) process.stdout.write(`${liveLine(step.at, step.events, told)}\n`);
      },
    });
  } finally {
    await pool.end();
    await attached.detach();
  }
}

async function main(): Promise<void> {
  program.parse();
  const options = program.opts<Options>();
  const settings = readSettings();
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => abort.abort());
  if (options.reset || !(await answers(settings))) await writeHistory(settings, options, abort.signal);
  else await live(settings, options, abort.signal);
}

/** Does the gateway of this installation answer? */
async function answers(settings: Settings): Promise<boolean> {
  return fetch(`http://127.0.0.1:${settings.port}/v1/health`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}

main().catch((error: unknown) => {
  const expected = error instanceof StartRefused || error instanceof EnvFaults;
  process.stderr.write(
    `\n${expected || !(error instanceof Error) ? String(error instanceof Error ? error.message : error) : (error.stack ?? error.message)}\n`,
  );
  process.exitCode = 1;
});
