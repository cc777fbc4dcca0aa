import type { ConsentEntry, ConsentState } from "./consent-entry.ts";

export type Admission = { admitted: true } | { admitted: false; code: "import_needs_proof" };

/**
 * May the entry change the current state of one purpose and channel? An import cannot turn a recorded no, or a double opt-in that
 * was never confirmed, into a yes unless it brings proof: how it was given and the text that was agreed to. Everything else may.
 */
export function admitConsent(
  current: ConsentState | undefined,
  entry: Pick<ConsentEntry, "state" | "source" | "proof" | "textVersion">,
): Admission {
  if (entry.state !== "granted" || !isImport(entry.source)) return { admitted: true };
  if (current === undefined || current === "granted" || hasProof(entry)) return { admitted: true };
  return { admitted: false, code: "import_needs_proof" };
}

/** Proof names the text and says something about how consent was given. */
export function hasProof(entry: Pick<ConsentEntry, "proof" | "textVersion">): boolean {
  if (entry.textVersion === null || entry.textVersion === "") return false;
  return Object.values(entry.proof).some((value) => value !== null && value !== undefined && value !== "");
}

function isImport(source: string): boolean {
  return source === "import" || source.startsWith("import:");
}
