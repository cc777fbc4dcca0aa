import { ingestLimits } from "./limits.ts";
import type { Rejection } from "./verdict.ts";

/** Keys that could reach a prototype: they carry nothing for anybody and are dropped. */
const unsafeKeys = new Set(["__proto__", "constructor", "prototype"]);

type Walk = { keys: number; strings: boolean };

/**
 * Checks a parsed JSON object against depth, key count, and what PostgreSQL cannot keep (NUL, lone surrogates, numbers beyond a
 * double), and drops keys named like parts of a prototype. Stops at the first fault. With `strings: false` strings are not read: a
 * JSON text in well-formed UTF-8 without any `\u` escape cannot hold a bad one.
 */
export function inspectJson(value: object, options: { strings: boolean; path?: string }): Rejection | null {
  return inspect(value, options.path ?? "", 1, { keys: 0, strings: options.strings });
}

function inspect(value: object, path: string, depth: number, walk: Walk): Rejection | null {
  if (depth > ingestLimits.depth) {
    return { code: "too_deep", field: path, message: `Nested deeper than ${ingestLimits.depth} levels: flatten it.` };
  }
  return Array.isArray(value) ? inspectList(value, path, depth, walk) : inspectRecord(value, path, depth, walk);
}

function inspectList(list: readonly unknown[], path: string, depth: number, walk: Walk): Rejection | null {
  for (let index = 0; index < list.length; index += 1) {
    const fault = inspectItem(list[index], `${path}[${index}]`, depth, walk);
    if (fault !== null) return fault;
  }
  return null;
}

function inspectRecord(record: object, path: string, depth: number, walk: Walk): Rejection | null {
  for (const key of Object.keys(record)) {
    if (unsafeKeys.has(key)) {
      Reflect.deleteProperty(record, key);
      continue;
    }
    walk.keys += 1;
    if (walk.keys > ingestLimits.keys) {
      return { code: "too_many_keys", field: path, message: `More than ${ingestLimits.keys} keys in one event: send fewer.` };
    }
    if (walk.strings && isUnstorable(key)) return invalidString(path, "A key");
    const item: unknown = Reflect.get(record, key);
    if (typeof item === "boolean" || item === null) continue;
    const fault = inspectItem(item, path === "" ? key : `${path}.${key}`, depth, walk);
    if (fault !== null) return fault;
  }
  return null;
}

function inspectItem(item: unknown, path: string, depth: number, walk: Walk): Rejection | null {
  if (typeof item === "string") return walk.strings && isUnstorable(item) ? invalidString(path, "The text") : null;
  if (typeof item === "number") {
    if (Number.isFinite(item)) return null;
    return { code: "invalid_number", field: path, message: "The number is too large for a double: send it as text." };
  }
  return typeof item === "object" && item !== null ? inspect(item, path, depth + 1, walk) : null;
}

function isUnstorable(text: string): boolean {
  return text.includes("\u0000") || !text.isWellFormed();
}

function invalidString(field: string, what: string): Rejection {
  return { code: "invalid_string", field, message: `${what} holds a NUL character or half of a surrogate pair: remove it.` };
}
