import { createHash, randomBytes } from "node:crypto";

/** Only the hash of a token is kept: reading the table lets nobody in. */
export function invitationHash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** 32 random bytes, safe in a URL. */
export function newInvitationToken(): string {
  return randomBytes(32).toString("base64url");
}
