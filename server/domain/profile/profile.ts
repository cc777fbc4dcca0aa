/** Who wrote a value, and when (epoch ms). A verified writer beats an unverified one, then the later time wins. */
export type Mark = { at: number; verified: boolean };

/** One address of a customer. `verified`: told by a server, or confirmed; only then may anything be sent to it. */
export type Address = { value: string; verified: boolean; updatedAt: number; sourceKey: string };
export type AddressKind = "email" | "phone";

/**
 * What is known of a customer besides behaviour. Maps to `customer.traits`, `trait_times`, `locale(_source)`, `timezone(_source)` and
 * the `address` rows. `marks` is the JSON of `trait_times`: one entry per trait, kept after a trait was deleted, and the reserved
 * entries `$locale`, `$timezone`, `$email` and `$phone`. Groups are the trait `groups`, a sorted list of ids.
 */
export type Profile = {
  traits: Record<string, unknown>;
  marks: Record<string, Mark>;
  locale: { value: string; source: "told" | "context" } | null;
  timezone: { value: string; source: "told" | "context" } | null;
  addresses: Partial<Record<AddressKind, Address>>;
};

/**
 * Which parts of a profile an application changed: what has to be written. `traits` stands for traits and marks. A kind in `addresses` that
 * the profile no longer holds was removed. `refused` counts values over a limit or malformed.
 */
export type ProfileChange = { traits: boolean; locale: boolean; timezone: boolean; addresses: AddressKind[]; refused: number };

/** Entries of `marks` that belong to no trait. */
export const reservedMarks: ReadonlySet<string> = new Set(["$locale", "$timezone", "$email", "$phone"]);

export function emptyProfile(): Profile {
  return { traits: {}, marks: {}, locale: null, timezone: null, addresses: {} };
}
