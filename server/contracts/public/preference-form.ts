import * as z from "zod";
import { channelSchema } from "../../domain/definitions/common-fields.ts";

const DAY_MS = 86_400_000;
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** How long "not now" can last, as the form offers it. */
export const snoozeChoices = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;

const formSchema = z.object({
  /** What the form showed: only that can be changed by it. */
  shownTopics: z.array(z.string().max(80)).max(200),
  topics: z.array(z.string().max(80)).max(200),
  shownChannels: z.array(channelSchema),
  channels: z.array(channelSchema),
  preferred: z.union([channelSchema, z.literal("")]),
  quiet: z.boolean(),
  from: localTime.catch("21:00"),
  to: localTime.catch("08:00"),
  snooze: z.enum(["keep", "end", "day", "week", "month"]),
  helpOff: z.boolean(),
});
type Current = { topicsOff: readonly string[]; channelsOff: readonly z.infer<typeof channelSchema>[]; snoozedUntil: number | null };

/** What a sent preference form asks for; null when it is not a form of ours. What the form did not show stays as it is. */
export function readPreferenceForm(form: FormData, current: Current, now: number) {
  const texts = (name: string) => form.getAll(name).filter((each) => typeof each === "string");
  const parsed = formSchema.safeParse({
    shownTopics: texts("shownTopic"),
    topics: texts("topic"),
    shownChannels: texts("shownChannel"),
    channels: texts("channel"),
    preferred: form.get("preferred") ?? "",
    quiet: form.get("quiet") !== null,
    from: form.get("from"),
    to: form.get("to"),
    snooze: form.get("snooze") ?? "keep",
    helpOff: form.get("helpOff") !== null,
  });
  if (!parsed.success) return null;
  const asked = parsed.data;
  return {
    topicsOff: merged(current.topicsOff, asked.shownTopics, asked.topics),
    channelsOff: merged(current.channelsOff, asked.shownChannels, asked.channels),
    preferredChannel: asked.preferred === "" ? null : asked.preferred,
    quietHours: asked.quiet && asked.from !== asked.to ? { from: asked.from, to: asked.to } : null,
    snoozedUntil: asked.snooze === "keep" ? current.snoozedUntil : asked.snooze === "end" ? null : now + snoozeChoices[asked.snooze],
    helpOff: asked.helpOff,
  };
}

/** Off is what was off and not shown, and what was shown and not ticked. */
function merged<T extends string>(off: readonly T[], shown: readonly T[], ticked: readonly T[]): T[] {
  return [...off.filter((each) => !shown.includes(each)), ...shown.filter((each) => !ticked.includes(each))];
}
