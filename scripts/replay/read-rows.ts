import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";
import type { Row } from "./map-row.ts";
import type { Mapping } from "./mapping.ts";

function open(file: string): Readable {
  const stream = createReadStream(file);
  if (!file.endsWith(".gz")) return stream;
  return stream.pipe(createGunzip());
}

async function* csvRows(file: string, format: Extract<Mapping["file"], { format: "csv" }>): AsyncGenerator<Row> {
  const parser = open(file).pipe(
    parse({
      columns: format.columns ?? true,
      delimiter: format.delimiter,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 1_000_000,
    }),
  );
  let number = 0;
  for await (const cells of parser) {
    number += 1;
    yield { number, cells };
  }
}

async function* spacedRows(file: string, format: Extract<Mapping["file"], { format: "spaces" }>): AsyncGenerator<Row> {
  let number = 0;
  let passed = 0;
  for await (const line of createInterface({ input: open(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === "") continue;
    if (passed < format.header) {
      passed += 1;
      continue;
    }
    number += 1;
    const parts = line.trim().split(/\s+/);
    yield { number, cells: Object.fromEntries(format.columns.map((column, index) => [column, parts[index] ?? ""])) };
  }
}

async function* lastOf(rows: AsyncIterable<Row>, column: string): AsyncGenerator<Row> {
  let held: Row | undefined;
  for await (const row of rows) {
    if (held !== undefined && held.cells[column] !== row.cells[column]) yield held;
    held = row;
  }
  if (held !== undefined) yield held;
}

/** Rows of a file (gzip by its ending), numbered from 1, one at a time whatever its size. */
export function readRows(file: string, mapping: Mapping): AsyncIterable<Row> {
  const rows = mapping.file.format === "csv" ? csvRows(file, mapping.file) : spacedRows(file, mapping.file);
  return mapping.lastOf === undefined ? rows : lastOf(rows, mapping.lastOf);
}
