import * as z from "zod";
import { mailSchema, outboxInput, outboxOutput } from "../../contracts/console/outbox.ts";
import { listOutbox, showMail } from "../../usecases/console/read-outbox.ts";
import { procedureWith, router } from "../trpc.ts";

export const outboxRouter = router({
  list: procedureWith("outbox.read")
    .input(outboxInput)
    .output(outboxOutput)
    .query(({ ctx, input }) => listOutbox(ctx.deps, input)),
  show: procedureWith("outbox.read")
    .input(z.strictObject({ id: z.uuid() }))
    .output(mailSchema)
    .query(({ ctx, input }) => showMail(ctx.deps, input)),
});
