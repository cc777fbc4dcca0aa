import { STATUS_CODES } from "node:http";
import type * as z from "zod";
import type { ProblemDetails } from "#server/contracts/public-api/problem.ts";
import { AppError, errorRules, type FieldIssue } from "#server/errors.ts";
import { fieldIssues } from "./field-issues.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** A refusal that only exists at this edge. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldIssue[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: { errors?: readonly FieldIssue[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = "HttpProblem";
    this.status = status;
    this.code = code;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }
}

export type ProblemReply = { status: number; headers: Record<string, string>; body: ProblemDetails };

function replyOf(status: number, code: string, title: string, detail: string, errors: readonly FieldIssue[]): ProblemReply {
  const body = { type: `urn:tact:problem:${code}`, title, status, detail, code };
  return { status, headers: {}, body: errors.length === 0 ? body : { ...body, errors: [...errors] } };
}

/** The reply to anything thrown. What is not an expected refusal tells nothing about the inside: it is a 500. */
export function problemOf(error: unknown): ProblemReply {
  if (error instanceof HttpProblem) {
    const reply = replyOf(error.status, error.code, STATUS_CODES[error.status] ?? "Error", error.message, error.errors);
    return { ...reply, headers: { ...error.headers } };
  }
  if (error instanceof AppError) {
    const rule = errorRules[error.code];
    const reply = replyOf(rule.status, error.code, rule.title, error.message, error.issues);
    if (rule.retryable) reply.headers["retry-after"] = String(error.retryAfterSeconds ?? 5);
    return reply;
  }
  const status = statusOf(error);
  if (status !== null) return replyOf(status, "bad_request", STATUS_CODES[status] ?? "Bad Request", "The request could not be read.", []);
  return replyOf(500, "internal", "Internal Server Error", "Something broke here; it is logged. Sending again may help.", []);
}

/** The status of a 4xx error that the HTTP server itself raised. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !("statusCode" in error) || typeof error.statusCode !== "number") return null;
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : null;
}

/** Reads `input` by `schema`; a mismatch is a 400 that names every field at fault. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = fieldIssues(parsed.error.issues, input);
  const first = errors[0];
  throw new HttpProblem(400, "invalid", first === undefined ? "The request is not valid." : `${first.field || "body"}: ${first.message}`, {
    errors,
  });
}

/** Reads a JSON body by `schema`. */
export function parseJsonBody<Schema extends z.ZodType>(schema: Schema, text: unknown): z.infer<Schema> {
  let body: unknown;
  try {
    body = JSON.parse(typeof text === "string" ? text : "");
  } catch {
    throw new HttpProblem(400, "invalid", "The body is not JSON.", { errors: [{ field: "", message: "Send one JSON object." }] });
  }
  return parseInput(schema, body);
}
