const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What help may change. The probability of the outcome for a customer who got no help in time, and for the same customer with it. */
export type Effect = { untreated: number; treated: number };

/** Which messages count as help for each effect, by the key of their response. */
export const helpFor = {
  finish_after_tip: ["checkout_tip"],
  return_after_mail: ["checkout_mail"],
  ask_about_checkout: ["checkout_tip", "checkout_mail"],
  ask_about_delay: ["delay_notice"],
  cancel_late_order: ["delay_notice"],
  ask_again_about_delay: ["delay_notice"],
  refill_in_time: ["refill_reminder"],
} as const satisfies Record<string, readonly string[]>;
export type EffectName = keyof typeof helpFor;

/**
 * How the shop's customers behave. Probabilities are averages over customers; one customer's own lies up to `spread` (relative) around
 * them. Times are milliseconds.
 */
export type CausalModel = {
  /** The true effects of help. */
  effects: Readonly<Record<EffectName, Effect>>;
  /** How far customers differ from the average: 0 not at all, 0.3 by up to 30 %. */
  spread: number;
  visits: {
    /** Mean time between visits of an average customer. */
    everyMs: number;
    pages: { from: number; to: number };
    /** Share of visits that go to the checkout. */
    checkout: number;
  };
  checkout: {
    /** Share that meets friction, and share that simply leaves. The rest orders. */
    friction: number;
    leaves: number;
    /** How friction shows, by weight. */
    kinds: Readonly<Record<FrictionKind, number>>;
    /** Share of the other kinds that ends in a refused payment as well. */
    alsoRefused: number;
  };
  delivery: {
    promisedMs: { from: number; to: number };
    late: number;
    delayMs: { from: number; to: number };
    /** Share of delivered orders that are refunded later. */
    refunded: number;
  };
  cases: {
    /** Share of delivered orders that lead to a question nobody could have seen coming. */
    unforeseen: number;
    /** A solved case that had nothing to do with a delay is followed by another of the same issue with this probability. */
    askedAgain: number;
    solvedMs: { from: number; to: number };
    promisedMs: number;
  };
  refill: { share: number; dueMs: { from: number; to: number }; windowMs: number };
  mail: { opened: number; clicked: number; bounced: number; complained: number };
  survey: { answered: number; scores: readonly (readonly [score: number, weight: number])[] };
  /** A share of customers loses interest some time after joining: visits become this many times rarer. */
  drift: { share: number; afterMs: number; rarer: number };
  /** Share of the customers that is new: they join over the time that is simulated. */
  joining: number;
};

export type FrictionKind = "payment" | "form" | "rage";

export const shopModel: CausalModel = {
  effects: {
    finish_after_tip: { untreated: 0.24, treated: 0.44 },
    return_after_mail: { untreated: 0.14, treated: 0.28 },
    ask_about_checkout: { untreated: 0.2, treated: 0.09 },
    ask_about_delay: { untreated: 0.42, treated: 0.16 },
    cancel_late_order: { untreated: 0.1, treated: 0.05 },
    ask_again_about_delay: { untreated: 0.28, treated: 0.12 },
    refill_in_time: { untreated: 0.34, treated: 0.5 },
  },
  spread: 0.3,
  visits: { everyMs: 3.2 * DAY, pages: { from: 1, to: 4 }, checkout: 0.26 },
  checkout: { friction: 0.28, leaves: 0.1, kinds: { payment: 5, form: 4, rage: 2 }, alsoRefused: 0.5 },
  delivery: { promisedMs: { from: 1 * DAY, to: 4 * DAY }, late: 0.16, delayMs: { from: 90 * MINUTE, to: 2.5 * DAY }, refunded: 0.03 },
  cases: { unforeseen: 0.05, askedAgain: 0.1, solvedMs: { from: HOUR, to: 30 * HOUR }, promisedMs: 24 * HOUR },
  refill: { share: 0.5, dueMs: { from: 24 * DAY, to: 35 * DAY }, windowMs: 5 * DAY },
  mail: { opened: 0.58, clicked: 0.3, bounced: 0.004, complained: 0.001 },
  survey: {
    answered: 0.4,
    scores: [
      [5, 42],
      [4, 31],
      [3, 14],
      [2, 8],
      [1, 5],
    ],
  },
  drift: { share: 0.15, afterMs: 90 * DAY, rarer: 5 },
  joining: 0.3,
};
