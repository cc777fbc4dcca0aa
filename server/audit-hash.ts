import { createHash } from "node:crypto";
import { canonicalJson } from "./domain/canonical-json.ts";

/** What one audit entry says. `at` is ISO 8601 in UTC with milliseconds. */
export type AuditFacts = {
  seq: number;
  at: string;
  actorKind: "user" | "api_key" | "system";
  actorId: string;
  action: string;
  objectKind: string;
  objectId: string;
  ip: string | null;
  before: unknown;
  after: unknown;
};

export const AUDIT_GENESIS = Buffer.alloc(32);

/** sha256(previous hash ‖ canonical JSON of the entry): any edited, removed, inserted or reordered entry breaks the chain. */
export function auditHash(previous: Buffer, entry: AuditFacts): Buffer {
  return createHash("sha256").update(previous).update(canonicalJson(entry)).digest();
}
