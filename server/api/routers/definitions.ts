import * as z from "zod";
import { definitionItemSchema, definitionListInput } from "../../contracts/console/definitions.ts";
import { listDefinitions } from "../../usecases/console/list-definitions.ts";
import { procedureWith, router } from "../trpc.ts";

export const definitionsRouter = router({
  list: procedureWith("definitions.read")
    .input(definitionListInput)
    .output(z.array(definitionItemSchema))
    .query(({ ctx, input }) => listDefinitions(ctx.deps, input)),
});
