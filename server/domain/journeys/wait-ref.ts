/** Timer kind of everything an enrollment waits for. */
export const JOURNEY_WAIT = "journey_wait";

/** Names one wait for ever: a timer that fires late, twice, or after the enrollment moved on carries another ref. */
export function waitRef(enrollmentId: string, nodeId: string, visit: number): string {
  return `${enrollmentId}.${nodeId}.${visit}`;
}

/** The enrollment a `journey_wait` timer belongs to. Ids and node ids hold no dot. */
export function enrollmentOfWait(ref: string): string {
  return ref.slice(0, Math.max(0, ref.indexOf(".")));
}

/** Unique for ever: the same visit of the same rung never makes two offers or tasks. */
export function stepKey(enrollmentId: string, nodeId: string, rung: number | null, visit: number): string {
  return `${enrollmentId}.${nodeId}.${rung ?? 0}.${visit}`;
}

/** Was the step made on this node of this enrollment, at this visit number or later? */
export function isStepSince(key: string, enrollmentId: string, nodeId: string, visit: number): boolean {
  return key.startsWith(`${enrollmentId}.${nodeId}.`) && Number(key.slice(key.lastIndexOf(".") + 1)) >= visit;
}
