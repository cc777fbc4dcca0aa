import type { EventTemplate, MappedMoment, MappedText, MappedTree, MappedValue, Mapping } from "./mapping.ts";

export type Row = { number: number; cells: Readonly<Record<string, string>> };
export type WireEvent = Record<string, unknown> & { type: string; messageId: string };
export type RowFault = { row: number; field: string; message: string };
export type MappedRow = { events: WireEvent[]; faults: RowFault[] };

class CellFault extends Error {
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

type Reader = { mapping: Mapping; row: Row };

function cell({ mapping, row }: Reader, column: string): string | undefined {
  if (column === "#") return String(row.number);
  const text = Object.hasOwn(row.cells, column) ? row.cells[column] : undefined;
  if (text === undefined) throw new CellFault(column, `the file has no column "${column}"`);
  const trimmed = text.trim();
  return mapping.missing.includes(trimmed) ? undefined : trimmed;
}

/** Fills `{column}` places; undefined when the text has places and every one of them is missing. */
function fill(reader: Reader, template: string): string | undefined {
  let places = 0;
  let filled = 0;
  const text = template.replace(/\{([^{}]+)\}/g, (_, column: string) => {
    places += 1;
    const value = cell(reader, column);
    if (value !== undefined) filled += 1;
    return value ?? "";
  });
  return places > 0 && filled === 0 ? undefined : text;
}

function fillFirst(reader: Reader, templates: MappedText): string | undefined {
  if (typeof templates === "string") return fill(reader, templates);
  for (const template of templates) {
    const text = fill(reader, template);
    if (text !== undefined) return text;
  }
  return undefined;
}

type DateFormat = NonNullable<Mapping["dates"]>["format"];

const datePatterns: Record<
  Exclude<DateFormat, "iso">,
  { pattern: RegExp; order: readonly ("year" | "month" | "day" | "hour" | "minute")[] }
> = {
  YYYYMMDD: { pattern: /^(\d{4})(\d{2})(\d{2})$/, order: ["year", "month", "day"] },
  "YYYY-MM-DD": { pattern: /^(\d{4})-(\d{2})-(\d{2})$/, order: ["year", "month", "day"] },
  "D/M/YYYY H:mm": { pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2})$/, order: ["day", "month", "year", "hour", "minute"] },
  "M/D/YYYY H:mm": { pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2})$/, order: ["month", "day", "year", "hour", "minute"] },
};

/** A date cell as ISO text in UTC; undefined when it is no such date (31 February included). */
export function parseDate(text: string, format: DateFormat): string | undefined {
  if (format === "iso") {
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
  }
  const { pattern, order } = datePatterns[format];
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const part = { year: 0, month: 1, day: 1, hour: 0, minute: 0 };
  for (const [index, name] of order.entries()) part[name] = Number(match[index + 1]);
  const date = new Date(Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute));
  const real =
    date.getUTCMonth() === part.month - 1 &&
    date.getUTCDate() === part.day &&
    date.getUTCHours() === part.hour &&
    date.getUTCMinutes() === part.minute;
  return real ? date.toISOString() : undefined;
}

function readDate(reader: Reader, column: string): string | undefined {
  const text = cell(reader, column);
  if (text === undefined) return undefined;
  const format = reader.mapping.dates?.format ?? "iso";
  const date = parseDate(text, format);
  if (date === undefined) throw new CellFault(column, `"${text}" is not a date of the form ${format}`);
  return date;
}

function moment(reader: Reader, at: MappedMoment): string | undefined {
  if ("constant" in at) return at.constant;
  for (const column of at.columns) {
    const date = readDate(reader, column);
    if (date !== undefined) return date;
  }
  return undefined;
}

function scalar(reader: Reader, value: MappedValue): unknown {
  if (typeof value === "string") return fill(reader, value);
  if (typeof value !== "object") return value;
  if (value.as === "date") return readDate(reader, value.column);
  const text = cell(reader, value.column);
  if (text === undefined || value.as === "text") return text;
  if (value.as === "boolean") return value.true.includes(text);
  const number = Number(text.replace(/^\$/, ""));
  if (!Number.isFinite(number) || (value.as === "integer" && !Number.isInteger(number))) {
    throw new CellFault(value.column, `"${text}" is not ${value.as === "integer" ? "a whole number" : "a number"}`);
  }
  return number;
}

function isValue(tree: MappedTree): tree is MappedValue {
  return typeof tree !== "object" || ("column" in tree && "as" in tree && typeof tree.column === "string");
}

function build(reader: Reader, tree: MappedTree): unknown {
  if (isValue(tree)) return scalar(reader, tree);
  if (Array.isArray(tree)) return tree.map((part: MappedTree) => build(reader, part)).filter((part) => part !== undefined);
  const entries = Object.entries(tree).map(([key, part]) => [key, build(reader, part)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function isWanted(reader: Reader, template: EventTemplate, seen: Set<string>): boolean {
  if (template.when !== undefined) {
    const text = cell(reader, template.when.column);
    if (text === undefined || (template.when.in !== undefined && !template.when.in.includes(text))) return false;
  }
  if (template.oncePer === undefined) return true;
  const key = `${template.messageId}\n${fillFirst(reader, template.oncePer) ?? ""}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function needed(reader: Reader, field: string, template: MappedText): string {
  const text = fillFirst(reader, template);
  if (text === undefined || text === "") throw new CellFault(field, `${field} is empty`);
  return text;
}

function toEvent(reader: Reader, template: EventTemplate): WireEvent {
  const timestamp = moment(reader, template.timestamp);
  if (timestamp === undefined) throw new CellFault("timestamp", "no date in this row");
  const event: WireEvent = {
    type: template.type,
    messageId: needed(reader, "messageId", template.messageId),
    userId: needed(reader, "userId", template.userId),
    timestamp,
  };
  if (template.name !== undefined) event[template.type === "track" ? "event" : "name"] = needed(reader, "name", template.name);
  if (template.groupId !== undefined) event["groupId"] = needed(reader, "groupId", template.groupId);
  if (template.properties !== undefined) event["properties"] = build(reader, template.properties);
  if (template.traits !== undefined) event["traits"] = build(reader, template.traits);
  return event;
}

/**
 * Events of one row, in the mapping's order. `seen` carries `oncePer` over the run. A cell that cannot be read makes a fault that
 * names row, field and reason; the row then gives no event at all, so that nothing is half told.
 */
export function mapRow(mapping: Mapping, row: Row, seen: Set<string>): MappedRow {
  const reader = { mapping, row };
  try {
    const events = mapping.events.filter((template) => isWanted(reader, template, seen)).map((template) => toEvent(reader, template));
    return { events, faults: [] };
  } catch (error) {
    if (!(error instanceof CellFault)) throw error;
    return { events: [], faults: [{ row: row.number, field: error.field, message: error.message }] };
  }
}
