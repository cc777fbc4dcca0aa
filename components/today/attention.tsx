import { CircleCheck, type LucideIcon, OctagonPause, TriangleAlert } from "lucide-react";
import { formatCount } from "#components/app/number.ts";
import type { TodayView } from "#server/contracts/console/today.ts";

type Notice = { key: string; text: string; bad: boolean };

/** What needs a person, the gravest first; one calm line when nothing does. */
export function noticesOf(view: TodayView): Notice[] {
  const { attention } = view;
  const some = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`;
  return [
    attention.sendingPaused && {
      key: "paused",
      bad: true,
      text: `All sending is stopped${attention.pausedReason === null ? "." : `: ${attention.pausedReason}`}`,
    },
    attention.shadow && { key: "shadow", bad: false, text: "Shadow mode: everything is decided, nothing is sent." },
    attention.openIncidents > 0 && {
      key: "incidents",
      bad: false,
      text: `${some(attention.openIncidents, "incident is", "incidents are")} open; help in scope waits.`,
    },
    attention.suspended > 0 && {
      key: "suspended",
      bad: true,
      text: `${some(attention.suspended, "definition is", "definitions are")} suspended because of faults.`,
    },
    view.quarantined > 0 && {
      key: "quarantined",
      bad: true,
      text: `${some(view.quarantined, "event is", "events are")} in quarantine: processing failed five times.`,
    },
    view.messages.failed > 0 && {
      key: "failed",
      bad: true,
      text: `${some(view.messages.failed, "message", "messages")} failed or stayed unknown in the last 24 hours.`,
    },
    attention.openTasks > 0 && { key: "tasks", bad: false, text: `${some(attention.openTasks, "task waits", "tasks wait")} for a person.` },
  ].filter((each): each is Notice => each !== false);
}

export function Attention({ view }: { view: TodayView }) {
  const notices = noticesOf(view);
  if (notices.length === 0) return <Line icon={CircleCheck} text="Nothing needs you right now." className="text-good" />;
  return (
    <ul className="grid gap-1.5">
      {notices.map((notice) => (
        <li key={notice.key}>
          <Line icon={notice.bad ? OctagonPause : TriangleAlert} text={notice.text} className={notice.bad ? "text-bad" : "text-warn"} />
        </li>
      ))}
    </ul>
  );
}

function Line({ icon: Icon, text, className }: { icon: LucideIcon; text: string; className: string }) {
  return (
    <p className="flex items-start gap-2">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${className}`} />
      <span>{text}</span>
    </p>
  );
}
