import { customerInput, customerListInput, customerListOutput, customerSchema, storyInput } from "../../contracts/console/customers.ts";
import { storyOutput } from "../../contracts/console/story.ts";
import { listCustomers } from "../../usecases/console/list-customers.ts";
import { showCustomer } from "../../usecases/console/show-customer.ts";
import { tellStory } from "../../usecases/console/tell-story.ts";
import { procedureWith, router } from "../trpc.ts";

export const customersRouter = router({
  list: procedureWith("customers.read")
    .input(customerListInput)
    .output(customerListOutput)
    .query(({ ctx, input }) => listCustomers(ctx.deps, { ...input, identify: ctx.identify })),
  show: procedureWith("customers.read")
    .input(customerInput)
    .output(customerSchema)
    .query(({ ctx, input }) => showCustomer(ctx.deps, { ...input, identify: ctx.identify })),
  story: procedureWith("customers.read")
    .input(storyInput)
    .output(storyOutput)
    .query(({ ctx, input }) => tellStory(ctx.deps, { ...input, identify: ctx.identify })),
});
