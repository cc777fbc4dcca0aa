"use client";
import { Check, Minus, Pause, X } from "lucide-react";
import { useSession } from "#components/app/session.tsx";
import { formatTime } from "#components/app/time.tsx";
import { cn } from "#components/class-names.ts";
import { routes } from "#components/routes.ts";
import { Badge } from "#components/ui/badge.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { GuardView, StoryItem } from "#server/contracts/console/story.ts";
import { kindIcons, kindNames, toneClasses } from "./story-view.ts";

/** One line of the story; what it is made of opens under it. */
export function StoryEntry({ item }: { item: StoryItem }) {
  const { company } = useSession();
  const Icon = kindIcons[item.kind];
  const opens = item.notes.length > 0 || item.facts.length > 0 || item.guards.length > 0;
  const head = (
    <span className="flex min-w-0 flex-1 items-start gap-3">
      <span className={cn("mt-px grid size-6 shrink-0 place-items-center rounded-full", toneClasses[item.tone])}>
        <Icon aria-hidden className="size-3.5" strokeWidth={1.9} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="sr-only">{kindNames[item.kind]}: </span>
          <span className="font-medium break-words">{item.title}</span>
          {item.mark !== null && <Badge tone={item.tone}>{item.mark}</Badge>}
        </span>
        {item.detail !== null && (
          <span className="block text-[13px] text-pretty break-words text-ink-soft first-letter:uppercase">{item.detail}</span>
        )}
      </span>
      <time dateTime={new Date(item.at).toISOString()} className="shrink-0 pt-0.5 text-xs text-ink-soft tabular-nums">
        {formatTime(item.at, company.timezone, "clock")}
      </time>
    </span>
  );
  return (
    <li className="border-b last:border-b-0">
      {opens ? (
        <details className="group">
          <summary className="flex list-none px-4 py-2.5 group-open:bg-sunken/50 hover:bg-sunken/60 [&::-webkit-details-marker]:hidden">
            {head}
          </summary>
          <div className="grid gap-3 bg-sunken/50 pt-1 pr-4 pb-4 pl-13">
            {item.notes.length > 0 && (
              <ul className="grid list-disc gap-1 pl-4 text-[13px]">
                {item.notes.map((note) => (
                  <li key={note} className="first-letter:uppercase">
                    {note}
                  </li>
                ))}
              </ul>
            )}
            {item.facts.length > 0 && <Facts facts={item.facts} />}
            {item.guards.length > 0 && <Guards guards={item.guards} />}
            <EntryLink item={item} />
          </div>
        </details>
      ) : (
        <div className="px-4 py-2.5">
          <div className="flex">{head}</div>
          <div className="pl-9 text-[13px]">
            <EntryLink item={item} />
          </div>
        </div>
      )}
    </li>
  );
}

function EntryLink({ item }: { item: StoryItem }) {
  if (item.link === null) return null;
  if (item.link.kind === "mail") return <TextLink href={routes.outbox({ mail: item.link.ref })}>See the mail</TextLink>;
  return (
    <p>
      <TextLink href={routes.journey(item.link.ref)}>See the journey</TextLink>
    </p>
  );
}

function Facts({ facts }: { facts: StoryItem["facts"] }) {
  return (
    <dl className="grid gap-1 text-[13px]">
      {facts.map((fact) => (
        <div key={fact.label} className="grid grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)] gap-3">
          <dt className="truncate text-ink-soft">{fact.label}</dt>
          <dd className="break-words">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

const outcomes: Record<string, { icon: typeof Check; label: string }> = {
  allow: { icon: Check, label: "allows" },
  skipped: { icon: Minus, label: "skipped" },
  hold: { icon: Pause, label: "waits" },
  review: { icon: Pause, label: "asks a person" },
  ask: { icon: Pause, label: "asks first" },
  suppress: { icon: X, label: "stops" },
};

/** Every guard in its order; the one that decided stands out. */
function Guards({ guards }: { guards: GuardView[] }) {
  return (
    <div>
      <h4 className="mb-1.5 text-xs font-medium text-ink-soft">Every guard, in order</h4>
      <ol className="grid gap-1 text-[13px]">
        {guards.map((guard) => {
          const { icon: Icon, label } = outcomes[guard.outcome] ?? { icon: Minus, label: guard.outcome };
          return (
            <li
              key={guard.guard}
              className={cn(
                "grid grid-cols-[1rem_minmax(6rem,9rem)_minmax(0,1fr)] gap-2 rounded-sm px-1 py-0.5",
                guard.decided && "bg-warn-soft font-medium text-warn",
              )}
            >
              <Icon
                aria-hidden
                className={cn("mt-0.5 size-3.5", guard.outcome === "allow" ? "text-good" : guard.decided ? "" : "text-ink-soft")}
              />
              <span>
                {guard.guard}
                <span className="sr-only">
                  {" "}
                  {label}
                  {guard.decided && ", this decided"}
                </span>
              </span>
              <span className={guard.decided ? "" : "text-ink-soft"}>{guard.text}</span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
