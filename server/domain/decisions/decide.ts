import type { DecideInput, Decision } from "./decision.ts";
import { currentEngineVersion, engineOf } from "./engine-versions.ts";

/**
 * Decides every candidate of one customer at one moment: pure, deterministic, independent of the candidates' order. One decision
 * per candidate, in the order given, each with the verdict and facts of all guards. At most one of the candidates that take part
 * in the conflict is sent. A hold always ends after `now` and not after the offer. In shadow mode it decides as if it were not
 * (with every ghost counted as a contact); the shell withholds what would be sent.
 */
export function decide(input: DecideInput, engineVersion: number = currentEngineVersion): Decision[] {
  return engineOf(engineVersion).decide(input);
}
