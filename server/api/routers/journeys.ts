import * as z from "zod";
import { journeyInput, journeyListItemSchema, journeyViewSchema } from "../../contracts/console/journeys.ts";
import { listJourneys } from "../../usecases/console/list-journeys.ts";
import { showJourney } from "../../usecases/console/show-journey.ts";
import { procedureWith, router } from "../trpc.ts";

export const journeysRouter = router({
  list: procedureWith("journeys.read")
    .output(z.array(journeyListItemSchema))
    .query(({ ctx }) => listJourneys(ctx.deps)),
  show: procedureWith("journeys.read")
    .input(journeyInput)
    .output(journeyViewSchema)
    .query(({ ctx, input }) => showJourney(ctx.deps, input)),
});
