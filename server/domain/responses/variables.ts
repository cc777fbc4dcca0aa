import type { ResponseDefinition } from "../definitions/response.ts";

/** What the texts of a response may draw on. Only declared paths reach a template. */
export type ResponseFacts = {
  traits: Readonly<Record<string, unknown>>;
  entry: Readonly<Record<string, unknown>>;
  customer: Readonly<Record<string, unknown>>;
  company: Readonly<Record<string, unknown>>;
  links: Readonly<Record<string, string>>;
};

export type ResponseScope = Record<string, unknown>;

const MAX_TEXT = 2_000;
const MAX_LIST = 100;
const MAX_DEPTH = 4;

/**
 * The scope a template sees: company and links always, everything else only when declared and present, or by its fallback. A
 * missing, null or blank variable without a fallback is named instead: such a message is not sent.
 */
export function scopeOf(response: ResponseDefinition, facts: ResponseFacts): { scope: ResponseScope } | { missing: string } {
  const scope: ResponseScope = { company: { ...facts.company }, links: { ...facts.links } };
  for (const { path, fallback } of response.variables) {
    const value = cleaned(valueAt(facts, path.split(".")), 0) ?? fallback;
    if (value === undefined) return { missing: path };
    place(scope, path.split("."), value);
  }
  return { scope };
}

function valueAt(facts: ResponseFacts, steps: readonly string[]): unknown {
  let value: unknown = facts;
  for (const step of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** The value as plain bounded data without control characters; undefined when it says nothing. */
function cleaned(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "boolean":
      return value;
    case "string": {
      const text = value
        .slice(0, MAX_TEXT)
        .replace(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "")
        .trim();
      return text === "" ? undefined : text.toWellFormed();
    }
    case "object": {
      if (value === null || depth >= MAX_DEPTH) return undefined;
      if (Array.isArray(value)) return value.slice(0, MAX_LIST).map((item) => cleaned(item, depth + 1) ?? "");
      return Object.fromEntries(
        Object.entries(value)
          .slice(0, MAX_LIST)
          .filter(([key]) => key !== "__proto__")
          .map(([key, member]) => [key, cleaned(member, depth + 1) ?? ""]),
      );
    }
    default:
      return undefined;
  }
}

function place(scope: ResponseScope, steps: readonly string[], value: unknown): void {
  let at = scope;
  for (const [index, step] of steps.entries()) {
    if (step === "__proto__" || step === "constructor" || step === "prototype") return;
    if (index === steps.length - 1) {
      at[step] = value;
      return;
    }
    const inner = Object.hasOwn(at, step) ? at[step] : undefined;
    const next: ResponseScope = typeof inner === "object" && inner !== null && !Array.isArray(inner) ? (inner as ResponseScope) : {};
    at[step] = next;
    at = next;
  }
}
