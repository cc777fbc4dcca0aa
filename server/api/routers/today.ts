import { todaySchema } from "../../contracts/console/today.ts";
import { readToday } from "../../usecases/console/read-today.ts";
import { procedureWith, router } from "../trpc.ts";

export const todayRouter = router({
  read: procedureWith("today.read")
    .output(todaySchema)
    .query(({ ctx }) => readToday(ctx.deps)),
});
