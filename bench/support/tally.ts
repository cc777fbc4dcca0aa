import * as z from "zod";
import { monotonicMs } from "./clock.ts";

/** What arrived: when the first and the last did, and, where it was asked for, which one when (monotonic milliseconds). */
export const arrivalsSchema = z.object({
  firstAt: z.number(),
  lastAt: z.number(),
  each: z.array(z.tuple([z.string(), z.number()])),
});
export type Arrivals = z.infer<typeof arrivalsSchema>;

export type Tally = {
  note(name: string): void;
  /** Counts from now on; resolves with the arrival number `count`. */
  expect(count: number, each: boolean): Promise<Arrivals>;
  /** How many arrived since the last `expect`. */
  count(): number;
};

/** Counts what arrives in one process, cheaply, and tells when enough has come. */
export function createTally(): Tally {
  let counted = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let keepsEach = false;
  let arrivals: Arrivals = { firstAt: 0, lastAt: 0, each: [] };
  let tell: (arrivals: Arrivals) => void = () => {};
  return {
    note(name) {
      counted += 1;
      if (counted === 1) arrivals.firstAt = monotonicMs();
      if (keepsEach) arrivals.each.push([name, monotonicMs()]);
      if (counted !== wanted) return;
      arrivals.lastAt = monotonicMs();
      tell(arrivals);
    },
    expect(count, each) {
      counted = 0;
      wanted = count;
      keepsEach = each;
      arrivals = { firstAt: 0, lastAt: 0, each: [] };
      return new Promise((done) => {
        tell = done;
      });
    },
    count: () => counted,
  };
}
