/** Plain JSON, as it is kept beside a timer. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * What the core wants done to the one timer table. A set replaces the timer of the same customer, kind and ref.
 * Kinds: `signal_exit`, `signal_change`, `situation_exit`, `journey_wait`, `candidate`, `schedule`. dueAt is epoch milliseconds.
 */
export type TimerChange =
  | { op: "set"; kind: string; ref: string; dueAt: number; payload?: Json }
  | { op: "cancel"; kind: string; ref: string };

/** A timer whose time has come. */
export type DueTimer = { kind: string; ref: string; dueAt: number; payload: Json };
