import { foldHits } from "../signals/apply-events.ts";
import type { SignalHit } from "../signals/hit.ts";
import { evaluate, markEvaluated, type StatusPath, settle } from "./status-path.ts";

/**
 * Takes a path over hits that are sorted and not older than where the path stands: time passes up to each event, its hits are folded
 * together, and the situations are looked at once for that event.
 */
export function walkHits(path: StatusPath, hits: readonly SignalHit[]): void {
  for (let start = 0; start < hits.length; ) {
    const first = hits[start];
    if (first === undefined) return;
    let end = start + 1;
    while (hits[end]?.messageKey === first.messageKey && hits[end]?.occurredAt === first.occurredAt) end += 1;
    settle(path, first.occurredAt);
    const together = hits.slice(start, end);
    const folded = foldHits(path.catalog, path.state, together);
    path.state = folded.state;
    path.faults.push(...folded.faults);
    path.dropped.push(...folded.dropped);
    markEvaluated(path, first.occurredAt, first.messageKey);
    evaluate(path, first.occurredAt, first.messageKey, new Set(together.map((hit) => hit.signal)));
    start = end;
  }
}
