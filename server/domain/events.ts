/** One event as the core sees it. All instants in the core are epoch milliseconds (UTC). */
export type DomainEvent = {
  id: string;
  /** 32 hex digits of sha256(source, messageId): unique for ever, the tie-break of equal times. */
  messageKey: string;
  type: "track" | "identify" | "page" | "screen" | "group" | "alias";
  /** Event name for track; page or screen name otherwise. */
  name: string | null;
  occurredAt: number;
  receivedAt: number;
  sourceKey: string;
  sourceKind: "server" | "browser" | "import";
  /** False when a browser named a user without proof. */
  verified: boolean;
  /** Too old or flagged as history: updates profile, signals and metrics, never starts, advances or exits a journey. */
  historical: boolean;
  properties: Readonly<Record<string, unknown>>;
  traits: Readonly<Record<string, unknown>>;
  context: Readonly<Record<string, unknown>>;
  userId: string | null;
  anonymousId: string | null;
  previousId: string | null;
  groupId: string | null;
};

/** The order in which events of one customer apply: by time, then by messageKey (DESIGN §15 Order). */
export function compareEvents(a: DomainEvent, b: DomainEvent): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt - b.occurredAt;
  return a.messageKey < b.messageKey ? -1 : a.messageKey > b.messageKey ? 1 : 0;
}
