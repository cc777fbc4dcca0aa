import { auditRouter } from "./routers/audit.ts";
import { customersRouter } from "./routers/customers.ts";
import { definitionsRouter } from "./routers/definitions.ts";
import { deliveriesRouter } from "./routers/deliveries.ts";
import { journeysRouter } from "./routers/journeys.ts";
import { outboxRouter } from "./routers/outbox.ts";
import { peopleRouter } from "./routers/people.ts";
import { settingsRouter } from "./routers/settings.ts";
import { sourcesRouter } from "./routers/sources.ts";
import { todayRouter } from "./routers/today.ts";
import { router } from "./trpc.ts";

/** All that the console can ask. */
export const appRouter = router({
  today: todayRouter,
  customers: customersRouter,
  journeys: journeysRouter,
  definitions: definitionsRouter,
  outbox: outboxRouter,
  deliveries: deliveriesRouter,
  sources: sourcesRouter,
  audit: auditRouter,
  people: peopleRouter,
  settings: settingsRouter,
});
export type AppRouter = typeof appRouter;
