import type * as z from "zod";
import type { FieldIssue } from "#server/errors.ts";

type Issue = z.core.$ZodIssue;

/** What a developer would call each kind of JSON value. */
const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** Every fault of a request, each naming one field and what to send instead. */
export function fieldIssues(issues: readonly Issue[], input: unknown): FieldIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ field: [...issue.path, key].join("."), message: "Not a field of this request: leave it out." }));
    }
    return [{ field: issue.path.join("."), message: messageOf(issue, valueAt(input, issue.path)) }];
  });
}

function messageOf(issue: Issue, value: unknown): string {
  const wanted = wantedOf(issue);
  if (wanted === null) return issue.message;
  return value === undefined ? `Missing: send ${wanted}.` : `Send ${wanted}.`;
}

/** What should have been sent; null where the schema's own words say it better. */
function wantedOf(issue: Issue): string | null {
  if (issue.code === "invalid_type") return kinds[issue.expected] ?? "a value";
  if (issue.code !== "invalid_value") return null;
  const values = issue.values.map((value) => JSON.stringify(value));
  return values.length === 1 ? values.join() : `one of ${values.join(", ")}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
