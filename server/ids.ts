import { createHash, randomFillSync } from "node:crypto";

/** The nil UUID: owner of timers that belong to the deployment, not to a customer. */
export const NIL_UUID = "00000000-0000-0000-0000-000000000000";

function formatUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

const ID_BYTES = 10;
// one call to the system's generator serves many ids
const pool = Buffer.alloc(ID_BYTES * 512);
let poolAt = pool.length;

function freshBytes(): Buffer {
  if (poolAt >= pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  poolAt += ID_BYTES;
  return pool.subarray(poolAt - ID_BYTES, poolAt);
}

let lastMs = -1;
let sequence = 0;

/**
 * UUIDv7 (RFC 9562) for the instant `ms`. Ids made for the same millisecond in one process ascend: 12 bits count, 62 are random.
 */
export function uuidv7(ms: number): string {
  const bytes = freshBytes();
  if (ms === lastMs) {
    sequence = (sequence + 1) & 0xfff;
  } else {
    lastMs = ms;
    sequence = bytes.readUInt16BE(0) & 0x7ff;
  }
  const time = Math.max(0, Math.floor(ms)).toString(16).padStart(12, "0");
  bytes.writeUInt8((bytes.readUInt8(2) & 0x3f) | 0x80, 2);
  return formatUuid(`${time}7${sequence.toString(16).padStart(3, "0")}${bytes.toString("hex", 2, 10)}`);
}

/** First 16 bytes of sha256, written as a UUID: what ledgers and hashes are keyed by. */
export function hash16(text: string): string {
  return formatUuid(createHash("sha256").update(text).digest("hex").slice(0, 32));
}

/** The identity an event speaks of. A userId and an anonymousId of the same spelling are different actors. */
export function actorKey(kind: "user" | "anonymous", value: string): string {
  return hash16(`${kind === "user" ? "u" : "a"}:${value}`);
}

/** De-duplication key of an event: unique per source and messageId, for ever. */
export function messageKey(sourceId: string, messageId: string): string {
  return hash16(`${sourceId}\n${messageId}`);
}

/** Suppression and duplicate checks compare addresses by this hash; `value` must already be normalised. */
export function addressHash(kind: "email" | "phone", value: string): string {
  return hash16(`${kind}:${value}`);
}
