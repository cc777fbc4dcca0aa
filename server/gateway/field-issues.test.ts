import { expect, test } from "vitest";
import * as z from "zod";
import { fieldIssues } from "./field-issues.ts";

const schema = z.strictObject({
  userId: z.string(),
  limit: z.coerce.number().int(),
  kind: z.enum(["opened", "resolved"]),
  items: z.array(z.object({ sku: z.string() })),
  format: z.literal("tact"),
});

function issuesOf(input: unknown) {
  const parsed = schema.safeParse(input);
  return parsed.success ? [] : fieldIssues(parsed.error.issues, input);
}

test("each fault of a request names its field and says what to send", () => {
  const issues = issuesOf({ limit: "many", kind: "closed", items: [{ sku: 5 }], format: "other", extra: 1, more: 2 });
  expect(issues).toEqual([
    { field: "userId", message: "Missing: send a text." },
    { field: "limit", message: "Send a number." },
    { field: "kind", message: 'Send one of "opened", "resolved".' },
    { field: "items.0.sku", message: "Send a text." },
    { field: "format", message: 'Send "tact".' },
    { field: "extra", message: "Not a field of this request: leave it out." },
    { field: "more", message: "Not a field of this request: leave it out." },
  ]);
});

test("a body that is no object at all is told so", () => {
  expect(issuesOf([])).toEqual([{ field: "", message: "Send an object." }]);
  expect(issuesOf(undefined)).toEqual([{ field: "", message: "Missing: send an object." }]);
});
