import * as z from "zod";
import {
  deliveryCountsInput,
  deliveryCountsSchema,
  deliveryInput,
  deliveryListInput,
  deliveryListOutput,
  deliverySchema,
  preventedInput,
  preventedOutput,
  resolveDeliveryInput,
} from "../../contracts/console/deliveries.ts";
import { countDeliveries, listDeliveries, listPrevented, showDelivery } from "../../usecases/console/read-deliveries.ts";
import { resolveDelivery } from "../../usecases/console/resolve-delivery.ts";
import { procedureWith, router } from "../trpc.ts";

export const deliveriesRouter = router({
  counts: procedureWith("deliveries.read")
    .input(deliveryCountsInput)
    .output(deliveryCountsSchema)
    .query(({ ctx, input }) => countDeliveries(ctx.deps, input)),
  list: procedureWith("deliveries.read")
    .input(deliveryListInput)
    .output(deliveryListOutput)
    .query(({ ctx, input }) => listDeliveries(ctx.deps, { ...input, identify: ctx.identify })),
  prevented: procedureWith("deliveries.read")
    .input(preventedInput)
    .output(preventedOutput)
    .query(({ ctx, input }) => listPrevented(ctx.deps, { ...input, identify: ctx.identify })),
  show: procedureWith("deliveries.read")
    .input(deliveryInput)
    .output(deliverySchema)
    .query(({ ctx, input }) => showDelivery(ctx.deps, { ...input, identify: ctx.identify })),
  resolve: procedureWith("deliveries.resolve")
    .input(resolveDeliveryInput)
    .output(z.object({ ok: z.literal(true) }))
    .mutation(async ({ ctx, input }) => {
      await resolveDelivery(ctx.deps, { ...input, by: { id: ctx.user.id, ip: ctx.ip } });
      return { ok: true };
    }),
});
