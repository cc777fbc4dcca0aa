import type { EventView, SourceKey, SourceSummary } from "#server/contracts/console/sources.ts";

export const kindWords: Record<SourceSummary["kind"], string> = {
  server: "Your servers: believed in what they say about customers.",
  browser: "Web pages: anybody can read the key, so a user they name must be proven.",
  import: "Files and history: counts, and starts no journey.",
};

export const fateWords: Record<EventView["fate"], { label: string; tone: "good" | "neutral" | "bad" }> = {
  processed: { label: "processed", tone: "good" },
  pending: { label: "waiting", tone: "neutral" },
  quarantined: { label: "put aside", tone: "bad" },
};

/** What stops working when a key is revoked, one sentence each. */
export function whatStops(key: SourceKey, source: { name: string; keys: readonly SourceKey[] }): string[] {
  const others = source.keys.filter((each) => each.id !== key.id && each.kind === key.kind && each.revokedAt === null).length;
  const [uses, use] = key.kind === "write" ? ["sends events", "send events"] : ["calls the API", "call the API"];
  return [
    `Whatever ${uses} with ${key.prefix}… is refused within five seconds, and for good: a revoked key is never allowed again.`,
    others === 0
      ? `It is the last key of ${source.name} that ${uses}: nothing can until you make another.`
      : others === 1
        ? `One other key of ${source.name} still ${uses}.`
        : `${others} other keys of ${source.name} still ${use}.`,
  ];
}

/** Why an event was taken as it was, one sentence each. */
export function verdictWords(event: Pick<EventView, "historical" | "verified">): string[] {
  return [
    "Accepted and stored: it will never be lost, and counts once however often it is sent.",
    ...(event.historical ? ["Taken as history: it updates the customer and starts, moves or ends no journey."] : []),
    ...(event.verified ? [] : ["The user it names was not proven, so it counts for the visitor alone."]),
  ];
}

/** The lines of a text field as origins: trimmed, without empty ones and repetitions. */
export function originsOf(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
}
