import { sessionViewSchema } from "../../contracts/console/session.ts";
import { settingsSchema } from "../../contracts/console/settings.ts";
import { readSettings } from "../../usecases/console/read-settings.ts";
import { sessionView } from "../session-view.ts";
import { procedureWith, router } from "../trpc.ts";

export const settingsRouter = router({
  session: procedureWith("account.manage")
    .output(sessionViewSchema)
    .query(({ ctx }) => sessionView(ctx)),
  read: procedureWith("settings.read")
    .output(settingsSchema)
    .query(({ ctx }) =>
      readSettings(ctx.deps, {
        url: ctx.env.url,
        mail: ctx.env.smtpUrl === null ? "sandbox" : "smtp",
        queue: ctx.env.redisUrl === null ? "postgres" : "redis",
      }),
    ),
});
