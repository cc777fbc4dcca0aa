import { compareEvents, type DomainEvent } from "../events.ts";
import { ownValue } from "../signals/state.ts";
import { isValidZone } from "../time/zone.ts";
import { normaliseAddress } from "./address.ts";
import { asText, replaces } from "./mark.ts";
import { type AddressKind, type Mark, type Profile, type ProfileChange, reservedMarks } from "./profile.ts";

export const maxTraits = 200;
export const maxTraitBytes = 8 * 1024;
const maxTraitNameLength = 100;
const maxGroups = 50;
/** Marks of deleted traits are kept, so that a late event does not bring the trait back; at most this many marks in all. */
const maxMarks = 2 * maxTraits;
/** A place or language that was only inferred and has not changed is not written again sooner than this. */
const inferredRefreshMs = 3_600_000;

type Draft = { profile: Profile; change: ProfileChange };

/**
 * What the events of one customer, in any order, tell about the person. Per trait the last writer by event time wins (a verified one before
 * an unverified one, see replaces); null deletes. Traits come from identify and from the `context.traits` snapshot of every other
 * event; `email` and `phone` become addresses, `locale` and `timezone` are what the customer told, which stands above what
 * `context` suggests; group events add to the trait `groups`.
 *
 * A server, an import, or a browser that proved its user (HMAC) is a verified writer. What any other browser says never replaces what a
 * verified writer said, and an address it names is unverified.
 *
 * Over 200 traits, over 8 kB a value, unreadable addresses, zones and locales: refused and counted, the rest is applied.
 */
export function applyProfile(profile: Profile, events: readonly DomainEvent[]): { profile: Profile; changed: ProfileChange } {
  const change: ProfileChange = { traits: false, locale: false, timezone: false, addresses: [], refused: 0 };
  const draft: Draft = { profile, change };
  for (const event of events.length < 2 ? events : events.toSorted(compareEvents)) applyEvent(draft, event);
  return { profile: draft.profile, changed: change };
}

function applyEvent(draft: Draft, event: DomainEvent): void {
  const mark: Mark = { at: event.occurredAt, verified: isVerifiedWriter(event) };
  const snapshot = event.context.traits;
  if (isRecord(snapshot)) applyTraits(draft, snapshot, mark, event.sourceKey);
  if (event.type === "identify") applyTraits(draft, event.traits, mark, event.sourceKey);
  if (event.type === "group" && event.groupId !== null) addGroup(draft, event.groupId, mark);
  // An inference is an inference, whoever sends it: the latest place counts.
  const inferred: Mark = { at: event.occurredAt, verified: false };
  applyPlace(draft, "locale", event.context.locale, inferred, "context");
  applyPlace(draft, "timezone", event.context.timezone, inferred, "context");
}

function isVerifiedWriter(event: DomainEvent): boolean {
  return event.sourceKind !== "browser" || (event.verified && event.userId !== null);
}

function applyTraits(draft: Draft, traits: Readonly<Record<string, unknown>>, mark: Mark, sourceKey: string): void {
  for (const [name, value] of Object.entries(traits)) {
    switch (name) {
      case "email":
      case "phone":
        applyAddress(draft, name, value, mark, sourceKey);
        break;
      case "locale":
      case "timezone":
        applyPlace(draft, name, value, mark, "told");
        break;
      default:
        applyTrait(draft, name, value, mark);
    }
  }
}

function applyTrait(draft: Draft, name: string, value: unknown, mark: Mark): void {
  const { traits, marks } = draft.profile;
  if (value === undefined) return;
  if (name === "groups" || name === "__proto__" || name === "" || name.startsWith("$") || name.length > maxTraitNameLength) {
    draft.change.refused += 1;
    return;
  }
  const standing = { mark: ownValue(marks, name), value: ownValue(traits, name) };
  if (!replaces(standing, { mark, value })) return;
  if (value !== null && (isTooLarge(value) || (standing.value === undefined && Object.keys(traits).length >= maxTraits))) {
    draft.change.refused += 1;
    return;
  }
  putTrait(draft, name, value, mark);
}

function putTrait(draft: Draft, name: string, value: unknown, mark: Mark): void {
  const { [name]: _replaced, ...others } = draft.profile.traits;
  const traits = value === null ? others : { ...draft.profile.traits, [name]: value };
  draft.profile = { ...draft.profile, traits, marks: limitMarks({ ...draft.profile.marks, [name]: mark }, traits) };
  draft.change.traits = true;
}

/** Forgets the oldest deletions when there are too many marks. */
function limitMarks(marks: Record<string, Mark>, traits: Readonly<Record<string, unknown>>): Record<string, Mark> {
  const entries = Object.entries(marks);
  if (entries.length <= maxMarks) return marks;
  const deletions = entries
    .filter(([name]) => !Object.hasOwn(traits, name) && !reservedMarks.has(name))
    .sort(([, a], [, b]) => a.at - b.at);
  const forgotten = new Set(deletions.slice(0, entries.length - maxMarks).map(([name]) => name));
  return Object.fromEntries(entries.filter(([name]) => !forgotten.has(name)));
}

/** A set that only grows: the same under any order. Over the limit the ids that sort last are left out. */
function addGroup(draft: Draft, groupId: string, mark: Mark): void {
  const held = ownValue(draft.profile.traits, "groups");
  const groups: readonly unknown[] = Array.isArray(held) ? held : [];
  if (groupId.length > maxTraitNameLength) {
    draft.change.refused += 1;
    return;
  }
  if (groups.includes(groupId)) return;
  const sorted = [...groups, groupId].map(String).sort();
  if (sorted.length > maxGroups) draft.change.refused += 1;
  const kept = sorted.slice(0, maxGroups);
  if (asText(kept) !== asText(groups)) putTrait(draft, "groups", kept, mark);
}

function applyAddress(draft: Draft, kind: AddressKind, given: unknown, mark: Mark, sourceKey: string): void {
  if (given === undefined) return;
  const value = typeof given === "string" ? normaliseAddress(kind, given) : null;
  if (value === null && given !== null && given !== "") {
    draft.change.refused += 1;
    return;
  }
  const { addresses, marks } = draft.profile;
  const name = `$${kind}`;
  const standing = { mark: ownValue(marks, name), value: addresses[kind]?.value };
  if (!replaces(standing, { mark, value })) return;
  const { [kind]: _replaced, ...others } = addresses;
  const written = value === null ? others : { ...others, [kind]: { value, verified: mark.verified, updatedAt: mark.at, sourceKey } };
  draft.profile = { ...draft.profile, addresses: written, marks: { ...marks, [name]: mark } };
  draft.change.traits = true;
  if (!draft.change.addresses.includes(kind)) draft.change.addresses.push(kind);
}

/** Locale or time zone: what was told stands above what was inferred; within one kind the last writer wins. Null takes back what was told. */
function applyPlace(draft: Draft, field: "locale" | "timezone", given: unknown, mark: Mark, source: "told" | "context"): void {
  if (given === undefined || (given === null && source === "context")) return;
  const standing = draft.profile[field];
  if (standing?.source === "told" && source === "context") return;
  const name = `$${field}`;
  // Nothing told stands in the way of an inference, and no inference in the way of what is told.
  const standingMark =
    standing?.source === source || (standing === null && source === "told") ? ownValue(draft.profile.marks, name) : undefined;
  const isSame = standing?.source === source && standing.value === given;
  if (isSame && source === "context" && standingMark && mark.at - standingMark.at < inferredRefreshMs) return;
  const value = typeof given === "string" ? readPlace(field, given) : null;
  if (value === null && given !== null) {
    draft.change.refused += 1;
    return;
  }
  if (!replaces({ mark: standingMark, value: standing?.value }, { mark, value })) return;
  const marks = { ...draft.profile.marks, [name]: mark };
  draft.profile = { ...draft.profile, [field]: value === null ? null : { value, source }, marks };
  draft.change.traits = true;
  draft.change[field] = true;
}

function readPlace(field: "locale" | "timezone", given: string): string | null {
  if (given.length > 64) return null;
  if (field === "timezone") return isValidZone(given) ? given : null;
  try {
    return Intl.getCanonicalLocales(given.replaceAll("_", "-"))[0] ?? null;
  } catch {
    return null;
  }
}

/** Whether the value takes more than 8 kB as UTF-8 JSON. */
function isTooLarge(value: unknown): boolean {
  const text = asText(value);
  if (text.length * 3 <= maxTraitBytes) return false;
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes > maxTraitBytes;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
