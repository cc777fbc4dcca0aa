/** What one request and one event may hold. The numbers are those of the Segment HTTP API; sizes are bytes of UTF-8. */
export const ingestLimits = {
  eventBytes: 32 * 1024,
  batchBytes: 500 * 1024,
  batchEvents: 2_500,
  /** Context and integrations that a batch shares are copied into each of its events. */
  sharedBytes: 8 * 1024,
  depth: 32,
  keys: 1_000,
  messageIdChars: 100,
  identifierChars: 512,
  nameChars: 512,
  /** An event may claim a time this far ahead of its arrival; a later one is given the time of arrival. */
  futureMs: 24 * 3_600_000,
} as const;
