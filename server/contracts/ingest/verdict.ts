/** Why an event was not taken. Each code has one way out, told in `message`, and in words for people in `rejection-words.ts`. */
export const rejectionCodes = [
  "not_an_object",
  "unknown_type",
  "missing_field",
  "invalid_field",
  "no_user_anon_id",
  "unverified_user",
  "invalid_timestamp",
  "event_too_large",
  "too_deep",
  "too_many_keys",
  "invalid_string",
  "invalid_number",
  "not_storable",
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

export type Rejection = { code: RejectionCode; field: string; message: string };

/** What became of one event of a request. `messageId` is told where the sender needs it: when it was made here, or is a duplicate. */
export type EventVerdict =
  | { index: number; status: "accepted"; messageId?: string }
  | { index: number; status: "duplicate"; messageId: string }
  | ({ index: number; status: "rejected"; messageId?: string } & Rejection);
