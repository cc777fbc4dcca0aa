#!/usr/bin/env node
// Stand-in for Prisma's native schema engine, which the CLI would download: the same JSON-RPC on standard input and output, answered
// by Prisma's WASM engine over pg. Used while writing migrations: PRISMA_SCHEMA_ENGINE_BINARY=./scripts/prisma-schema-engine.mjs
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import pg from "pg";
import { connectionOptions, createEngine } from "./schema-engine.mjs";

const options = parseArguments(process.argv.slice(2));
if (options.command) await manageDatabase(options.command, options.url);
else await serve(options);

/** `--datamodels <file>…  --datasource <json>  cli <command>`; whatever else the CLI passes is of no use here. */
function parseArguments(args) {
  const parsed = { models: [], url: undefined, command: undefined };
  for (let index = 0; index < args.length; index += 1) {
    const name = args[index];
    if (name === "--datamodels") parsed.models.push(args[++index]);
    else if (name === "--datasource") parsed.url = JSON.parse(args[++index]).url;
    else if (name === "cli") parsed.command = args[++index];
    else if (name.startsWith("--")) index += 1;
  }
  return parsed;
}

async function manageDatabase(command, url) {
  const { database } = connectionOptions(url);
  const codes = { "3D000": "P1003", "42P04": "P1009" };
  try {
    if (command === "can-connect-to-database") await execute(url, database, "SELECT 1");
    else await execute(url, "postgres", `CREATE DATABASE ${pg.escapeIdentifier(database)}`);
  } catch (error) {
    const fields = { error_code: codes[error.code] ?? "P1001", message: error.message };
    process.stderr.write(`schema-engine\n${JSON.stringify({ level: "ERROR", target: "schema_engine::logger", fields })}\n`);
    process.exitCode = 1;
  }
}

async function execute(url, database, text) {
  const client = new pg.Client({ ...connectionOptions(url), database });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

async function serve({ url, models }) {
  const engine = await createEngine({ url, datamodels: models.map((file) => [file, readFileSync(file, "utf8")]) });
  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  let queue = Promise.resolve();
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => {
    queue = queue.then(async () => {
      const { id, method, params } = JSON.parse(line);
      if (!method) return;
      try {
        const result = (await engine[method](params)) ?? null;
        // the CLI prints what it is told to print, not what a diff returns
        if (method === "diff" && result?.stdout != null) send({ id: 1e6 + id, method: "print", params: { content: result.stdout } });
        send({ id, result: method === "diff" ? { ...result, stdout: null } : result });
      } catch (error) {
        const message = String(error?.message ?? error);
        send({ id, error: { code: 4466, message, data: { is_panic: false, message, meta: {}, error_code: error?.code } } });
      }
    });
  });
  input.on("close", () => queue.then(() => process.exit(0)));
}
