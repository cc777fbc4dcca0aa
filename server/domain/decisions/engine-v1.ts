import { createCalendar } from "../moderation/calendar.ts";
import type { DecideInput, Decision, GuardVerdict, Verdict } from "./decision.ts";
import { guardTable } from "./guard-table.ts";
import { settleHold, skipped } from "./guard-verdict.ts";
import { channelPlan } from "./guards/channel.ts";
import { type Contender, conflict, contenderOf, rivalOf } from "./guards/conflict.ts";
import { createSubject, ghostScope, type Subject } from "./subject.ts";

const conflictIndex = guardTable.findIndex((guard) => guard.name === "conflict");

type Judged = { subject: Subject; guards: GuardVerdict[] };

/** Engine version 1: one decision per candidate, in the candidates' order. */
export function decideV1(input: DecideInput): Decision[] {
  const calendar = createCalendar(input.customer.timezone, input.now);
  const judged: Judged[] = [];
  for (const candidate of input.candidates) {
    const subject = createSubject(input, candidate, calendar);
    judged.push({ subject, guards: judge(subject) });
  }
  if (judged.length > 1 || (input.rivals !== undefined && input.rivals.length > 0)) settleConflict(judged, input);
  return judged.map(conclude);
}

/** Every guard's verdict, in order; the conflict guard's is a first one, before rivals are known. */
function judge(subject: Subject): GuardVerdict[] {
  const { candidate, input, skips } = subject;
  const verdicts: GuardVerdict[] = [];
  for (const guard of guardTable) {
    if (skips.includes(guard.name)) verdicts.push(skipped(guard.name, candidate.offer.class));
    else verdicts.push(settleHold(guard.judge(subject), input.now, candidate.validUntil));
  }
  return verdicts;
}

/** Candidates that another guard stops do not compete. */
function settleConflict(judged: Judged[], input: DecideInput): void {
  const free = judged.filter(isFree).map((one) => contenderOf(one.subject));
  for (const one of judged) {
    const rival = rivalOf(contenderOf(one.subject), one.subject.held ? freeInWorldOf(one, judged, input) : free, input);
    if (rival === null) continue;
    one.subject = { ...one.subject, rival };
    one.guards[conflictIndex] = settleHold(conflict(one.subject), input.now, one.subject.candidate.validUntil);
  }
}

/**
 * Who would be free in the world of a held-out candidate, in which its journey's ghosts are real messages: they may have used up the
 * cap, cooldown or duplicate window of a rival, as they really did for the treated arm.
 */
function freeInWorldOf(one: Judged, judged: readonly Judged[], input: DecideInput): Contender[] {
  const scope = ghostScope(input, one.subject.candidate, one.subject.held);
  const free: Contender[] = [];
  for (const other of judged) {
    if (other === one) continue;
    const subject = other.subject.held ? other.subject : createSubject(input, other.subject.candidate, other.subject.calendar, scope);
    const guards = other.subject.held ? other.guards : judge(subject);
    if (isFree({ subject, guards })) free.push(contenderOf(subject));
  }
  return free;
}

/** Nothing but the holdout and the conflict itself stops it. */
function isFree({ guards }: Judged): boolean {
  return guards.every((one) => one.outcome === "allow" || one.outcome === "skipped" || one.guard === "holdout" || one.guard === "conflict");
}

function conclude({ subject, guards }: Judged): Decision {
  const deciding = firstBlocking(guards, null);
  const counterfactual = deciding?.guard === "holdout" ? firstBlocking(guards, "holdout") : deciding;
  const verdict = verdictOf(deciding);
  const wouldBe = verdictOf(counterfactual);
  const plan = mayGo(verdict) || mayGo(wouldBe) ? channelPlan(subject) : [];
  return {
    candidateId: subject.candidate.id,
    verdict,
    wouldBe,
    guard: deciding?.guard ?? null,
    code: deciding?.code ?? null,
    holdUntil: verdict === "HOLD" ? (deciding?.until ?? null) : null,
    channel: plan[0] ?? null,
    channelPlan: plan,
    guards,
    winnerId: subject.rival?.id ?? null,
  };
}

/** The first guard that does not allow, leaving one out if asked to. */
function firstBlocking(guards: readonly GuardVerdict[], without: "holdout" | null): GuardVerdict | null {
  for (const one of guards) {
    if (one.outcome !== "allow" && one.outcome !== "skipped" && one.guard !== without) return one;
  }
  return null;
}

const verdictByOutcome = { allow: "SEND", skipped: "SEND", hold: "HOLD", review: "REVIEW", ask: "ASK", suppress: "SUPPRESS" } as const;

function verdictOf(deciding: GuardVerdict | null): Verdict {
  return deciding === null ? "SEND" : verdictByOutcome[deciding.outcome];
}

function mayGo(verdict: Verdict): boolean {
  return verdict === "SEND" || verdict === "REVIEW" || verdict === "ASK";
}
