import * as z from "zod";

const proportion = z.object({
  hits: z.number(),
  total: z.number(),
  share: z.number().nullable(),
  interval: z.object({ low: z.number(), high: z.number() }),
});
export const comparisonSchema = z.object({
  helped: proportion,
  leftAlone: proportion,
  difference: z.number().nullable(),
  interval: z.object({ low: z.number(), high: z.number() }),
  verdict: z.enum(["too_early", "unclear", "higher", "lower"]),
});
export type ComparisonView = z.infer<typeof comparisonSchema>;

const perMinute = z.object({ minute: z.number(), received: z.number(), processed: z.number() });

export const todaySchema = z.object({
  now: z.number(),
  /** One entry per minute of the last quarter of an hour, oldest first, also for minutes without work. */
  minutes: z.array(perMinute),
  backlog: z.object({ count: z.number(), more: z.boolean(), oldestAt: z.number().nullable() }),
  dueTimers: z.number(),
  quarantined: z.number(),
  rejectedToday: z.number(),
  messages: z.object({ sent: z.number(), waiting: z.number(), failed: z.number(), withheld: z.number() }),
  verdicts: z.array(z.object({ verdict: z.string(), count: z.number() })),
  attention: z.object({
    openTasks: z.number(),
    suspended: z.number(),
    sendingPaused: z.boolean(),
    pausedReason: z.string().nullable(),
    shadow: z.boolean(),
    openIncidents: z.number(),
  }),
  /** Days the two rates look back, and the days after a due help in which a contact counts. */
  windowDays: z.number(),
  contactDays: z.number(),
  contactRate: comparisonSchema,
  goalRate: comparisonSchema,
});
export type TodayView = z.infer<typeof todaySchema>;
