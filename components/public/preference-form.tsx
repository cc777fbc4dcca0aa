import type { ReactNode } from "react";
import { buttonClass } from "#components/ui/button.tsx";

export type PreferenceFormView = {
  topics: { key: string; label: string; on: boolean }[];
  channels: { key: string; label: string; on: boolean }[];
  preferred: string;
  quiet: { from: string; to: string } | null;
  snoozedUntil: string | null;
  helpOff: boolean;
};

const fieldClass = "h-10 rounded-md border border-line-strong/70 bg-surface px-3";

/** All a customer can choose, in one plain form that works without scripts. */
export function PreferenceForm({ action, view }: { action: string; view: PreferenceFormView }) {
  return (
    <form method="post" action={action} className="mt-8 grid gap-8">
      <Group
        id="topics"
        legend="What we may write about"
        hint="Untick what you do not want. Messages you need, such as receipts, still come."
      >
        {view.topics.map((topic) => (
          <Tick key={topic.key} name="topic" shown="shownTopic" value={topic.key} label={topic.label} on={topic.on} />
        ))}
      </Group>
      <Group id="channels" legend="How we may reach you">
        {view.channels.map((channel) => (
          <Tick key={channel.key} name="channel" shown="shownChannel" value={channel.key} label={channel.label} on={channel.on} />
        ))}
        <label className="mt-2 grid gap-1.5">
          <span>Best of all by</span>
          <select name="preferred" defaultValue={view.preferred} className={fieldClass}>
            <option value="">no preference</option>
            {view.channels.map((channel) => (
              <option key={channel.key} value={channel.key}>
                {channel.label}
              </option>
            ))}
          </select>
        </label>
      </Group>
      <Group id="hours" legend="When we stay quiet">
        <label className="flex items-center gap-3">
          <input type="checkbox" name="quiet" defaultChecked={view.quiet !== null} className="size-4.5 accent-accent" />
          Keep quiet every day
        </label>
        <div className="mt-1 flex flex-wrap items-center gap-3">
          <label className="flex items-center gap-2">
            from
            <input type="time" name="from" defaultValue={view.quiet?.from ?? "21:00"} className={fieldClass} />
          </label>
          <label className="flex items-center gap-2">
            until
            <input type="time" name="to" defaultValue={view.quiet?.to ?? "08:00"} className={fieldClass} />
          </label>
        </div>
      </Group>
      <Group id="snooze" legend="Not now" hint={view.snoozedUntil === null ? undefined : `We stay silent until ${view.snoozedUntil}.`}>
        <label className="grid gap-1.5">
          <span>Come back</span>
          <select name="snooze" defaultValue="keep" className={fieldClass}>
            <option value="keep">{view.snoozedUntil === null ? "as usual" : "as it is"}</option>
            {view.snoozedUntil !== null && <option value="end">now, end the silence</option>}
            <option value="day">after a day</option>
            <option value="week">after a week</option>
            <option value="month">after a month</option>
          </select>
        </label>
      </Group>
      <Group id="off" legend="No help at all">
        <label className="flex items-start gap-3">
          <input type="checkbox" name="helpOff" defaultChecked={view.helpOff} className="mt-1 size-4.5 accent-accent" />
          <span>
            Never offer me help on your own
            <span className="block text-[13px] text-ink-soft">You can still ask us any time.</span>
          </span>
        </label>
      </Group>
      <button type="submit" className={`${buttonClass({ variant: "primary" })} h-11 justify-self-start px-6`}>
        Save
      </button>
    </form>
  );
}

function Group({ id, legend, hint, children }: { id: string; legend: string; hint?: string | undefined; children: ReactNode }) {
  return (
    <fieldset id={id} className="grid gap-2.5">
      <legend className="mb-2 font-semibold">{legend}</legend>
      {hint && <p className="-mt-1.5 text-[13px] text-pretty text-ink-soft">{hint}</p>}
      {children}
    </fieldset>
  );
}

function Tick({ name, shown, value, label, on }: { name: string; shown: string; value: string; label: string; on: boolean }) {
  return (
    <label className="flex items-center gap-3">
      <input type="hidden" name={shown} value={value} />
      <input type="checkbox" name={name} value={value} defaultChecked={on} className="size-4.5 accent-accent" />
      {label}
    </label>
  );
}
