/** When a customer was last seen is kept to the minute: an index stands on it, and hardly anybody asks for more. */
const lastSeenStepMs = 60_000;

/** Whether an event at `seenAt` moves the time a customer was last seen, as it is kept. */
export function movesLastSeen(lastSeenAt: number | null, seenAt: number): boolean {
  return lastSeenAt === null || seenAt >= lastSeenAt + lastSeenStepMs;
}
