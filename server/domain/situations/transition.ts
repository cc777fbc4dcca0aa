import type { Evidence } from "../journeys/enrollment.ts";

/**
 * A change of a customer's status in one situation, at `at` (epoch ms). `entered` and `left` bound an episode; `asked` means the score came
 * into the ask / stay-silent band. A retroactive transition corrects what late events proved wrong: it is recorded, and never
 * starts a journey.
 */
export type SituationTransition = {
  situation: string;
  version: number;
  kind: "entered" | "left" | "asked";
  /** For `asked`: the number the next episode would get. */
  episode: number;
  at: number;
  retroactive: boolean;
  score: number;
  confidence: number;
  contributions: Evidence["contributions"];
  /** messageKey of the event that caused it; null when time did. */
  causedBy: string | null;
};
