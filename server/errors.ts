/** Codes say how the caller can recover. */
export type AppErrorCode =
  /** The input is wrong: fix the named field and send again. */
  | "invalid"
  /** Sign in, or send a valid key. */
  | "unauthenticated"
  /** Signed in, but the role or scope does not allow it. */
  | "forbidden"
  /** No such thing, or not for you. */
  | "not_found"
  /** Somebody else changed it: load again and repeat. */
  | "conflict"
  /** Too much at once: wait `retryAfterSeconds` and repeat. */
  | "overloaded"
  /** A dependency is down: repeat later, nothing was lost. */
  | "unavailable";

type Rule = { status: number; trpc: string; retryable: boolean; title: string };

/** One table for every edge: HTTP status, tRPC code, and whether a worker should try again. */
export const errorRules = {
  invalid: { status: 400, trpc: "BAD_REQUEST", retryable: false, title: "The request is not valid" },
  unauthenticated: { status: 401, trpc: "UNAUTHORIZED", retryable: false, title: "Not signed in" },
  forbidden: { status: 403, trpc: "FORBIDDEN", retryable: false, title: "Not allowed" },
  not_found: { status: 404, trpc: "NOT_FOUND", retryable: false, title: "Not found" },
  conflict: { status: 409, trpc: "CONFLICT", retryable: false, title: "Changed meanwhile" },
  overloaded: { status: 429, trpc: "TOO_MANY_REQUESTS", retryable: true, title: "Too much at once" },
  unavailable: { status: 503, trpc: "SERVICE_UNAVAILABLE", retryable: true, title: "Temporarily unavailable" },
} as const satisfies Record<AppErrorCode, Rule>;

export type FieldIssue = { field: string; message: string };

/** An expected failure that crosses a layer. `message` is plain English for the person or machine that asked. */
export class AppError extends Error {
  readonly code: AppErrorCode;
  readonly issues: readonly FieldIssue[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: AppErrorCode,
    message: string,
    options: { issues?: readonly FieldIssue[]; cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.issues = options.issues ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The text of anything thrown, for logs and fault records. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
