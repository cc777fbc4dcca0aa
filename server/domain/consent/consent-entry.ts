import { type Channel, channels, type Purpose, purposes } from "../definitions/common-fields.ts";

export const consentStates = ["granted", "denied", "withdrawn", "pending"] as const;
export type ConsentState = (typeof consentStates)[number];

/** One row of the append-only ledger. Instants are epoch milliseconds. */
export type ConsentEntry = {
  id: string;
  purpose: Purpose;
  channel: Channel | "*";
  state: ConsentState;
  basis: string;
  /** Where it came from; `import` (or `import:…`) is a file or an old system. */
  source: string;
  actor: string;
  /** The text the person saw. */
  textVersion: string | null;
  /** How it was given: form, call, document; ids and hashes only. */
  proof: Readonly<Record<string, unknown>>;
  occurredAt: number;
  recordedAt: number;
};

/** Current consent per `purpose:channel`; `purpose:*` when it is the same on every channel. No key means nothing was ever said. */
export type EffectiveConsent = Readonly<Record<string, ConsentState>>;

/** The state of each purpose and channel, before it is written down shortly. */
export type ConsentGrid = Record<Purpose, Partial<Record<Channel, ConsentState>>>;

export function emptyGrid(): ConsentGrid {
  return { service: {}, proactive_help: {}, marketing: {} };
}

/** Writes a grid in as few keys as say the same; a channel's key never contradicts the key for all channels. */
export function compactConsent(grid: ConsentGrid): EffectiveConsent {
  const compact: Record<string, ConsentState> = {};
  for (const purpose of purposes) {
    const states = grid[purpose];
    const first = states[channels[0]];
    if (first !== undefined && channels.every((channel) => states[channel] === first)) {
      compact[`${purpose}:*`] = first;
      continue;
    }
    for (const channel of channels) {
      const state = states[channel];
      if (state !== undefined) compact[`${purpose}:${channel}`] = state;
    }
  }
  return compact;
}

/** The state of one purpose on one channel. */
export function consentState(consent: EffectiveConsent, purpose: Purpose, channel: Channel): ConsentState | undefined {
  return consent[`${purpose}:${channel}`] ?? consent[`${purpose}:*`];
}
