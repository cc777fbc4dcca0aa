import type { FrictionKind } from "./causal-model.ts";

/** What lies ahead of a customer. Plain data, so that a world can be written down and taken up again. `since`: when the trouble began. */
export type Happening =
  | { kind: "join" }
  | { kind: "visit" }
  | { kind: "checkout"; checkout: number }
  | { kind: "friction"; checkout: number; friction: FrictionKind }
  /** The moment in the same visit at which somebody who met friction finishes or leaves. */
  | { kind: "finish"; checkout: number; since: number }
  /** Hours later: does the one who left come back? */
  | { kind: "return"; checkout: number; since: number }
  | { kind: "ask_checkout"; checkout: number; since: number }
  | { kind: "order" }
  | { kind: "deliver"; orderId: string }
  | { kind: "delay"; orderId: string; delayMs: number; deliversAt: number }
  | { kind: "ask_delay"; orderId: string; since: number }
  | { kind: "cancel_late"; orderId: string; since: number }
  | { kind: "ask_unforeseen"; orderId: string }
  | { kind: "refund"; orderId: string; amount: number }
  | { kind: "solve"; caseId: string; subject: CaseSubject; openedAt: number }
  | { kind: "ask_again"; caseId: string; subject: CaseSubject }
  | { kind: "refill_due" }
  | { kind: "refill"; refill: number; since: number }
  | { kind: "refill_lapses"; refill: number }
  | { kind: "receipt"; messageId: string; receipt: ReceiptKind }
  | { kind: "answer"; messageId: string; score: number };

/** What a support case is about. `lateSince`: when the delay became known; null when it is about something else. */
export type CaseSubject = { type: string; issue: string; lateSince: number | null; isRepeat: boolean };
export type ReceiptKind = "delivered" | "opened" | "clicked" | "bounced" | "complained";

export type Entry = { at: number; seq: number; customer: number; what: Happening };

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq);
}

/** Adds to a binary heap whose first entry is the next to come. Of the same instant, what was added first comes first. */
export function addEntry(agenda: Entry[], entry: Entry): void {
  agenda.push(entry);
  let at = agenda.length - 1;
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = agenda[parentAt];
    if (parent === undefined || !before(entry, parent)) break;
    agenda[at] = parent;
    at = parentAt;
  }
  agenda[at] = entry;
}

/** Takes the next entry that comes no later than `until`; null when there is none. */
export function takeEntry(agenda: Entry[], until: number): Entry | null {
  const first = agenda[0];
  if (first === undefined || first.at > until) return null;
  const moved = agenda.pop();
  if (moved === undefined || agenda.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = agenda[2 * at + 1];
    const right = agenda[2 * at + 2];
    if (left === undefined) break;
    const isRight = right !== undefined && before(right, left);
    const child = isRight ? right : left;
    if (!before(child, moved)) break;
    agenda[at] = child;
    at = 2 * at + (isRight ? 2 : 1);
  }
  agenda[at] = moved;
  return first;
}
