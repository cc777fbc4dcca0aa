import {
  createKeyInput,
  doneSchema,
  eventInput,
  eventListInput,
  eventListOutput,
  eventSchema,
  keyInput,
  newKeyOutput,
  newSecretOutput,
  refusalsInput,
  refusalsOutput,
  setOriginsInput,
  sourceInput,
  sourceListSchema,
  sourceSchema,
} from "../../contracts/console/sources.ts";
import { listEvents, retryEvent, showEvent } from "../../usecases/console/debug-events.ts";
import { createKey, revokeKey, rotateKey, rotateSecret, setOrigins } from "../../usecases/console/manage-sources.ts";
import { listRefusals, listSources, showSource } from "../../usecases/console/read-sources.ts";
import { procedureWith, router } from "../trpc.ts";

const acting = (ctx: { user: { id: string }; ip: string | null }) => ({ id: ctx.user.id, ip: ctx.ip });

export const sourcesRouter = router({
  list: procedureWith("sources.read")
    .output(sourceListSchema)
    .query(({ ctx }) => listSources(ctx.deps)),
  show: procedureWith("sources.read")
    .input(sourceInput)
    .output(sourceSchema)
    .query(({ ctx, input }) => showSource(ctx.deps, { ...input, url: ctx.env.url })),
  refusals: procedureWith("sources.read")
    .input(refusalsInput)
    .output(refusalsOutput)
    .query(({ ctx, input }) => listRefusals(ctx.deps, input)),
  events: procedureWith("sources.read")
    .input(eventListInput)
    .output(eventListOutput)
    .query(({ ctx, input }) => listEvents(ctx.deps, { ...input, identify: ctx.identify })),
  event: procedureWith("sources.read")
    .input(eventInput)
    .output(eventSchema)
    .query(({ ctx, input }) => showEvent(ctx.deps, { ...input, identify: ctx.identify })),
  retryEvent: procedureWith("events.retry")
    .input(eventInput)
    .output(doneSchema)
    .mutation(async ({ ctx, input }) => {
      await retryEvent(ctx.deps, { ...input, by: acting(ctx) });
      return { ok: true };
    }),
  createKey: procedureWith("sources.manage")
    .input(createKeyInput)
    .output(newKeyOutput)
    .mutation(({ ctx, input }) => createKey(ctx.deps, { ...input, by: acting(ctx) })),
  rotateKey: procedureWith("sources.manage")
    .input(keyInput)
    .output(newKeyOutput)
    .mutation(({ ctx, input }) => rotateKey(ctx.deps, { ...input, by: acting(ctx) })),
  revokeKey: procedureWith("sources.manage")
    .input(keyInput)
    .output(doneSchema)
    .mutation(async ({ ctx, input }) => {
      await revokeKey(ctx.deps, { ...input, by: acting(ctx) });
      return { ok: true };
    }),
  setOrigins: procedureWith("sources.manage")
    .input(setOriginsInput)
    .output(doneSchema)
    .mutation(async ({ ctx, input }) => {
      await setOrigins(ctx.deps, { ...input, by: acting(ctx) });
      return { ok: true };
    }),
  rotateSecret: procedureWith("sources.manage")
    .input(sourceInput)
    .output(newSecretOutput)
    .mutation(({ ctx, input }) => rotateSecret(ctx.deps, { sourceId: input.id, by: acting(ctx) })),
});
