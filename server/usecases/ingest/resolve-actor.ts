import { createHmac, timingSafeEqual } from "node:crypto";
import type { IngestSource } from "#server/contracts/ingest/source.ts";
import type { CheckedEvent } from "#server/contracts/ingest/validate-event.ts";
import type { Rejection } from "#server/contracts/ingest/verdict.ts";
import { actorKey } from "#server/ids.ts";

export type Actor = { actor: string; verified: boolean };

const nobody: Rejection = {
  code: "unverified_user",
  field: "anonymousId",
  message: "A browser that names a user sends anonymousId too, or proves the user by context.userHash.",
};

/**
 * Whom an event is about. Servers are believed. A browser that names a user without proof speaks only for its own anonymousId; the
 * claim stays in the payload and the event is marked unverified.
 */
export function resolveActor(source: IngestSource, event: CheckedEvent): Actor | Rejection {
  const { userId, anonymousId } = event;
  if (userId !== null && (source.kind !== "browser" || isProof(source.hmacSecret, userId, event.userHash))) {
    return { actor: actorKey("user", userId), verified: true };
  }
  if (anonymousId === null) return nobody;
  return { actor: actorKey("anonymous", anonymousId), verified: userId === null };
}

function isProof(secret: Uint8Array | null, userId: string, hash: string | null): boolean {
  if (secret === null || hash === null || !/^[0-9a-f]{64}$/i.test(hash)) return false;
  return timingSafeEqual(createHmac("sha256", secret).update(userId).digest(), Buffer.from(hash, "hex"));
}
