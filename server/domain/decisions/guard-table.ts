import type { MessageClass } from "../definitions/common-fields.ts";
import type { DecideInput, GuardName, GuardVerdict } from "./decision.ts";
import { caps } from "./guards/caps.ts";
import { openCase } from "./guards/case.ts";
import { channel } from "./guards/channel.ts";
import { confidence } from "./guards/confidence.ts";
import { conflict } from "./guards/conflict.ts";
import { consent } from "./guards/consent.ts";
import { cooldown } from "./guards/cooldown.ts";
import { duplicate } from "./guards/duplicate.ts";
import { goal } from "./guards/goal.ts";
import { holdout } from "./guards/holdout.ts";
import { incident } from "./guards/incident.ts";
import { journey } from "./guards/journey.ts";
import { preferences } from "./guards/preferences.ts";
import { quietHours } from "./guards/quiet-hours.ts";
import { sensitive } from "./guards/sensitive.ts";
import { stop } from "./guards/stop.ts";
import type { Subject } from "./subject.ts";

export type Guard = {
  readonly name: GuardName;
  /** 1 decides first. */
  readonly priority: number;
  readonly judge: (subject: Subject) => GuardVerdict;
  /** The classes a policy may let pass this guard. The policy chooses within this bound and can never widen it. */
  readonly skippableBy: readonly MessageClass[];
};

const nobody: readonly MessageClass[] = [];
const urgent: readonly MessageClass[] = ["critical", "incident_notice"];
const needed: readonly MessageClass[] = ["critical", "incident_notice", "service"];
const helpful: readonly MessageClass[] = ["critical", "incident_notice", "service", "help"];

/** The guards in their fixed order. All are always evaluated; the first that does not allow gives the verdict. */
export const guardTable: readonly Guard[] = [
  { name: "stop", priority: 1, judge: stop, skippableBy: nobody },
  { name: "journey", priority: 2, judge: journey, skippableBy: nobody },
  { name: "holdout", priority: 3, judge: holdout, skippableBy: needed },
  { name: "consent", priority: 4, judge: consent, skippableBy: nobody },
  { name: "preferences", priority: 5, judge: preferences, skippableBy: needed },
  { name: "incident", priority: 6, judge: incident, skippableBy: needed },
  { name: "case", priority: 7, judge: openCase, skippableBy: needed },
  { name: "goal", priority: 8, judge: goal, skippableBy: needed },
  { name: "duplicate", priority: 9, judge: duplicate, skippableBy: nobody },
  { name: "confidence", priority: 10, judge: confidence, skippableBy: needed },
  { name: "sensitive", priority: 11, judge: sensitive, skippableBy: urgent },
  { name: "quiet_hours", priority: 12, judge: quietHours, skippableBy: needed },
  { name: "caps", priority: 13, judge: caps, skippableBy: needed },
  { name: "cooldown", priority: 14, judge: cooldown, skippableBy: helpful },
  { name: "conflict", priority: 15, judge: conflict, skippableBy: needed },
  { name: "channel", priority: 16, judge: channel, skippableBy: nobody },
];

const noSkips: readonly GuardName[] = [];
const skippable = new Map(guardTable.map((guard) => [guard.name, guard.skippableBy]));

/** The guards a class passes: what the policy grants, within what the table allows at all. */
export function effectiveSkips(messageClass: MessageClass, granted: DecideInput["policies"]["skips"]): readonly GuardName[] {
  const names = granted[messageClass];
  if (names === undefined || names.length === 0) return noSkips;
  return names.filter((name) => skippable.get(name)?.includes(messageClass) === true);
}
