import { ingestLimits } from "./limits.ts";
import type { RejectionCode } from "./verdict.ts";

/** A refusal for the person who can end it: what was wrong, and what to change where the events are made. */
export type RejectionWords = { title: string; meaning: string; fix: string };

const words: Record<RejectionCode, RejectionWords> = {
  not_an_object: {
    title: "Not an object",
    meaning: "An entry of the batch was text, a number, a list or null.",
    fix: "Send each event as one JSON object. A list inside a list usually comes from wrapping a batch twice.",
  },
  unknown_type: {
    title: "Unknown type",
    meaning: "The event does not say what kind it is, or names a kind that does not exist.",
    fix: "Set `type` to track, identify, page, screen, group or alias, in lower case.",
  },
  missing_field: {
    title: "A field is missing",
    meaning: "A field that this type of event cannot do without was empty or left out.",
    fix: "Fill the named field: a track event needs `event`, an alias event `userId` and `previousId`, a group event `groupId`.",
  },
  invalid_field: {
    title: "A field has the wrong form",
    meaning: "The named field has another type than it should, or is too long.",
    fix: `Send \`properties\`, \`traits\` and \`context\` as objects, names and ids as text, ids of at most ${ingestLimits.identifierChars} characters.`,
  },
  no_user_anon_id: {
    title: "About nobody",
    meaning: "The event carries neither a `userId` nor an `anonymousId`, so it cannot be told whom it is about.",
    fix: "Send `userId` for signed-in people and `anonymousId` for visitors. Client libraries add the second by themselves.",
  },
  unverified_user: {
    title: "A browser named a user without proof",
    meaning: "The event came with a browser key, names only a `userId`, and nothing shows that the browser may speak for that user.",
    fix: "Send `anonymousId` too, or `context.userHash`: the hex HMAC-SHA256 of the userId with this source's secret, made on your server.",
  },
  invalid_timestamp: {
    title: "The time cannot be read",
    meaning: "`timestamp`, `originalTimestamp` or `sentAt` is no ISO 8601 time, or lies before 1970.",
    fix: "Send times such as 2026-03-01T09:30:00Z. Numbers of seconds or milliseconds must be turned into text first.",
  },
  event_too_large: {
    title: "Too large",
    meaning: `The event has more than ${ingestLimits.eventBytes / 1024} KiB.`,
    fix: "Leave out long texts, whole carts or page contents, or send several events.",
  },
  too_deep: {
    title: "Nested too deeply",
    meaning: `Objects lie inside one another more than ${ingestLimits.depth} levels deep.`,
    fix: "Flatten the named property. This often is a whole object of a framework that was sent by mistake.",
  },
  too_many_keys: {
    title: "Too many keys",
    meaning: `The event has more than ${ingestLimits.keys} keys.`,
    fix: "Send only the properties somebody uses. Values that became keys, such as ids, belong into a list.",
  },
  invalid_string: {
    title: "A text cannot be stored",
    meaning: "A text holds a NUL character or half of a character.",
    fix: "Remove `\\u0000` from the named field, and cut texts by characters, not by bytes.",
  },
  invalid_number: {
    title: "A number is too large",
    meaning: "A number is outside what JSON numbers can hold.",
    fix: "Send it as text.",
  },
  not_storable: {
    title: "Refused by the database",
    meaning: "The event passed every check, and the database still did not take what it holds.",
    fix: "Look for values that no database takes, such as times after the year 294276. If nothing explains it, report it: it should not happen.",
  },
};

/** The words for a code as it was stored; a code of another version of the product is shown as it is. */
export function rejectionWords(code: string): RejectionWords {
  const known = Object.entries(words).find(([each]) => each === code);
  if (known !== undefined) return known[1];
  return { title: code.replaceAll("_", " "), meaning: "Another version of the product gave this reason.", fix: "Read its release notes." };
}
