import type * as z from "zod";
import type { ApiScope } from "./scopes.ts";

/** One operation of the Bearer API: what the route registers, checks and documents. */
export type Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> = {
  id: string;
  method: "get" | "post" | "put";
  /** As OpenAPI writes it: `/v1/customers/{userId}`. */
  path: string;
  summary: string;
  /** The scopes of which a key needs one. */
  scopes: readonly ApiScope[];
  params: Params;
  query: Query;
  /** `z.undefined()` for operations that read. */
  body: Body;
  reply: Reply;
  status: 200 | 201 | 202;
  maxBytes?: number;
};

/** Keeps the exact schemas of an operation for its handler. */
export function operation<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Reply extends z.ZodType>(
  definition: Operation<Params, Query, Body, Reply>,
): Operation<Params, Query, Body, Reply> {
  return definition;
}
