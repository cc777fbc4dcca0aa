import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import * as z from "zod";
import type { CurrentUser } from "../auth/current-user.ts";
import { can, type Permission } from "../auth/permissions.ts";
import type { Env } from "../config/env.ts";
import type { Deps } from "../deps.ts";
import { AppError, errorRules, type FieldIssue } from "../errors.ts";
import type { Log } from "../telemetry/log.ts";

/** What a procedure is called with. `user` is null for a visitor. */
export type ApiContext = { deps: Deps; env: Env; log: Log; user: CurrentUser | null; ip: string | null };
type Meta = { permission: Permission };

function fieldIssues(error: z.ZodError): FieldIssue[] {
  return error.issues.map((issue) => ({ field: issue.path.join("."), message: issue.message }));
}

const t = initTRPC
  .context<ApiContext>()
  .meta<Meta>()
  .create({
    transformer: superjson,
    isDev: false,
    errorFormatter({ shape, error }) {
      const cause = error.cause;
      if (cause instanceof AppError) return { ...shape, message: cause.message, data: { ...shape.data, issues: cause.issues } };
      // an unforeseen fault is told in the log, not to the browser
      if (error.code === "INTERNAL_SERVER_ERROR")
        return { ...shape, message: "Something went wrong on our side.", data: { ...shape.data, issues: [] } };
      if (cause instanceof z.ZodError)
        return { ...shape, message: "The request is not valid.", data: { ...shape.data, issues: fieldIssues(cause) } };
      return { ...shape, data: { ...shape.data, issues: [] } };
    },
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Gives our own errors their tRPC code; anything else is a fault and logged. */
const translateErrors = t.middleware(async ({ next, ctx, path }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause, code } = result.error;
  if (cause instanceof AppError) throw new TRPCError({ code: errorRules[cause.code].trpc, message: cause.message, cause });
  if (code === "INTERNAL_SERVER_ERROR") ctx.log.error({ err: cause ?? result.error, path }, "procedure failed");
  return result;
});

/** The only way to make a procedure: it names the permission that its caller must have. The check comes before the input is looked at. */
export function procedureWith(permission: Permission) {
  return t.procedure
    .meta({ permission })
    .use(translateErrors)
    .use(({ ctx, next }) => {
      if (ctx.user === null) throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in to go on." });
      if (!can(ctx.user.role, permission)) throw new TRPCError({ code: "FORBIDDEN", message: "Your role does not allow this." });
      return next({ ctx: { ...ctx, user: ctx.user, identify: can(ctx.user.role, "customers.identify") } });
    });
}
