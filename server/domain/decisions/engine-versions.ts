import type { DecideInput, Decision } from "./decision.ts";
import { decideV1 } from "./engine-v1.ts";

export type EngineVersion = {
  readonly version: number;
  /** First release that decided this way. */
  readonly since: string;
  readonly why: string;
  readonly decide: (input: DecideInput) => Decision[];
};

/**
 * Every way of deciding that was ever released. An entry stays as long as decisions made by it are kept, so that each of them
 * replays to the same result; a change of behaviour is a new entry with fixtures of its own in tests/replay.
 */
export const engineVersions: readonly EngineVersion[] = [
  { version: 1, since: "0.1.0", why: "the sixteen guards in their first order", decide: decideV1 },
];

/** The version new decisions are made with. */
export const currentEngineVersion = 1;

/** The engine of that number. A number that was never released is a fault of the caller. */
export function engineOf(version: number): EngineVersion {
  const engine = engineVersions.find((one) => one.version === version);
  if (engine === undefined) throw new RangeError(`there is no decision engine of version ${version}`);
  return engine;
}
