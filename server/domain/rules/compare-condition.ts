import type { Condition } from "../definitions/rule.ts";

/**
 * The test of one condition, as a function of the field's value:
 * - A field that is undefined or null is *absent*. `absent` and `eq null` hold for it, and the negative operators `ne` (unless against
 *   null) and `not_in`; every other operator is false.
 * - `eq`, `ne`, `in`, `not_in`: same type and value; a number and a string are equal when the string is written as that number
 *   (`"12"` and 12), because CSV files and forms send numbers as text. Strings are compared exactly, case included.
 * - `gt`, `gte`, `lt`, `lte`: as numbers when both are numbers or numeric strings; as instants when both are strings that begin with
 *   an ISO date (`2026-03-01`, with or without time; no zone means UTC); otherwise false. `NaN` and infinities never match.
 * - `contains`: part of a string, or an element of a list. `starts_with`, `ends_with`: strings only.
 */
export function compareCondition(condition: Condition): (value: unknown) => boolean {
  const { op, value: wanted } = condition;
  switch (op) {
    case "exists":
      return (value) => !isAbsent(value);
    case "absent":
      return isAbsent;
    case "eq":
      return (value) => isEqual(value, wanted);
    case "ne":
      return (value) => !isEqual(value, wanted);
    case "in":
      return isOneOf(wanted);
    case "not_in": {
      const oneOf = isOneOf(wanted);
      return (value) => !oneOf(value);
    }
    case "gt":
      return ordering(wanted, (difference) => difference > 0);
    case "gte":
      return ordering(wanted, (difference) => difference >= 0);
    case "lt":
      return ordering(wanted, (difference) => difference < 0);
    case "lte":
      return ordering(wanted, (difference) => difference <= 0);
    case "contains":
      return (value) =>
        Array.isArray(value)
          ? value.some((element) => !isAbsent(element) && isEqual(element, wanted))
          : typeof value === "string" && typeof wanted === "string" && value.includes(wanted);
    case "starts_with":
      return (value) => typeof value === "string" && typeof wanted === "string" && value.startsWith(wanted);
    case "ends_with":
      return (value) => typeof value === "string" && typeof wanted === "string" && value.endsWith(wanted);
  }
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isEqual(value: unknown, wanted: unknown): boolean {
  if (isAbsent(value) || isAbsent(wanted)) return isAbsent(value) && isAbsent(wanted);
  if (value === wanted) return true;
  if (typeof value === "number" && typeof wanted === "string") return value === readNumber(wanted);
  if (typeof value === "string" && typeof wanted === "number") return readNumber(value) === wanted;
  return false;
}

function isOneOf(wanted: unknown): (value: unknown) => boolean {
  const list: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  return (value) => list.some((element) => isEqual(value, element));
}

function ordering(wanted: unknown, holds: (difference: number) => boolean): (value: unknown) => boolean {
  const wantedNumber = readNumber(wanted);
  if (wantedNumber !== undefined) {
    return (value) => {
      const number = readNumber(value);
      return number !== undefined && holds(number - wantedNumber);
    };
  }
  const wantedInstant = readInstant(wanted);
  if (wantedInstant === undefined) return () => false;
  return (value) => {
    const instant = readInstant(value);
    return instant !== undefined && holds(instant - wantedInstant);
  };
}

const numeric = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** A finite number, or a string written as a decimal number; undefined for everything else (`""`, `"0x10"`, booleans). */
export function readNumber(value: unknown): number | undefined {
  const number =
    typeof value === "number" ? value : typeof value === "string" && value.length <= 40 && numeric.test(value) ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

function readInstant(value: unknown): number | undefined {
  if (typeof value !== "string" || value.length > 40) return undefined;
  const match = isoDate.exec(value);
  if (!match) return undefined;
  // Without a zone a date-time would be read in the zone of the machine.
  const instant = Date.parse(match[1] !== undefined && match[4] === undefined ? `${value}Z` : value);
  return Number.isNaN(instant) ? undefined : instant;
}
