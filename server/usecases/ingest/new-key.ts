import { randomBytes } from "node:crypto";

/** A new key in plain text: 192 random bits under a beginning that tells its kind, also to scanners that look for leaked secrets. */
export function newKey(kind: "write" | "api"): string {
  return `${kind === "write" ? "tact_wk" : "tact_sk"}_${randomBytes(24).toString("base64url")}`;
}
