import type { DomainEvent } from "#server/domain/events.ts";

/** Where events come from, as ingest needs to know it. */
export type IngestSource = {
  id: string;
  key: string;
  kind: "server" | "browser" | "import";
  /** An event that happened longer ago than this is history: it never starts, advances or exits a journey. */
  triggerMaxAgeMs: number;
  /** Web origins a browser key may be used from; `*` is any. */
  allowedOrigins: readonly string[];
  /** Proves which user a browser speaks for: hex HMAC-SHA256(secret, userId) in `context.userHash`. */
  hmacSecret: Uint8Array | null;
};

/** A usable key and the source it writes to. */
export type KeyGrant = {
  id: string;
  kind: "write" | "api";
  /** Hex of the key's sha256. */
  hash: string;
  scopes: readonly string[];
  source: IngestSource;
};

/** An event about to be stored. Instants are epoch milliseconds; `payload` is the event as JSON text. */
export type NewEvent = {
  id: string;
  actor: string;
  occurredAt: number;
  receivedAt: number;
  sourceId: string;
  messageKey: string;
  type: DomainEvent["type"];
  name: string | null;
  historical: boolean;
  verified: boolean;
  payload: string;
};

/** What became of an event that was handed to storage. */
export type StoreOutcome = "stored" | "duplicate" | "unstorable";
