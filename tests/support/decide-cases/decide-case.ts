import type { GuardName, Verdict } from "#server/domain/decisions/decision.ts";
import type { Channel } from "#server/domain/definitions/common-fields.ts";
import type { InputPatch } from "../decide-input.ts";

/** A named situation and what must come of its first candidate. `until` is an instant. `wouldBe` is the verdict unless given. */
export type DecideCase = {
  name: string;
  given: InputPatch;
  verdict: Verdict;
  guard?: GuardName;
  code?: string;
  until?: number;
  wouldBe?: Verdict;
  plan?: readonly Channel[];
  winner?: string;
};
