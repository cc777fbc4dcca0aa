import { type CausalModel, type EffectName, helpFor } from "./causal-model.ts";

/** Both potential outcomes of one customer in one episode, and which of them became real. */
export type TruthRecord = {
  at: number;
  userId: string;
  /** Which of the customer's episodes: the checkout, order, case or refill it is about. */
  episode: string;
  effect: EffectName;
  /** The customer's own probabilities. */
  probability: { untreated: number; treated: number };
  /** What would happen without help, and with it. */
  potential: { untreated: boolean; treated: boolean };
  /** Whether help had really been delivered by then. */
  helped: boolean;
  /** The potential outcome that became real. */
  outcome: boolean;
};

export type Question = {
  effect: EffectName;
  at: number;
  userId: string;
  episode: string;
  /** In [0, 1): the customer's own inclination. */
  temper: number;
  /** In [0, 1): the chance of this episode, the same for both potential outcomes. */
  chance: number;
  helped: boolean;
};

/**
 * Draws both potential outcomes with one chance, so that help never does the opposite of its effect to anybody. Averaged over customers the
 * probabilities are exactly the model's, since the inclination is uniform around 1.
 */
export function weigh(model: CausalModel, question: Question): TruthRecord {
  const effect = model.effects[question.effect];
  const inclination = 1 + model.spread * (2 * question.temper - 1);
  const probability = { untreated: effect.untreated * inclination, treated: effect.treated * inclination };
  const potential = { untreated: question.chance < probability.untreated, treated: question.chance < probability.treated };
  const { at, userId, episode, helped } = question;
  const outcome = helped ? potential.treated : potential.untreated;
  return { at, userId, episode, effect: question.effect, probability, potential, helped, outcome };
}

/** Was one of the messages that help with this delivered at or after `since`, and not after `at`? */
export function wasHelped(delivered: Readonly<Record<string, number>>, effect: EffectName, since: number, at: number): boolean {
  return helpFor[effect].some((response) => {
    const last = Object.hasOwn(delivered, response) ? delivered[response] : undefined;
    return last !== undefined && last >= since && last <= at;
  });
}
