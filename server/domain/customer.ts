import type { Channel } from "./definitions/common-fields.ts";

/** One customer as rules, journeys and guards see it. Holds no name and no address unless a trait does. */
export type CustomerView = {
  id: string;
  /** Stable for ever, also through merges: what holdouts, splits and rollouts hash. */
  bucketKey: string;
  userId: string | null;
  traits: Readonly<Record<string, unknown>>;
  locale: string;
  timezone: string;
  timezoneSource: "told" | "context" | "company";
};

/** Where a customer can be reached, as the gate found it. */
export type Reachability = Partial<Record<Channel, { addressHash: string | null; sendable: boolean; suppressed: boolean }>>;
