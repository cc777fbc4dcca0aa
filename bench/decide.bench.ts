import { decide } from "#server/domain/decisions/decide.ts";
import type { DecideInput } from "#server/domain/decisions/decision.ts";
import { freezeInput } from "#server/domain/decisions/frozen-input.ts";
import { contact, day, decideInput, hour, minute, noon } from "../tests/support/decide-input.ts";
import { report } from "./support/figures.ts";

/**
 * How many decisions a second one core makes. Inputs differ from call to call (customers, zones, times), as they do in the gate, so that
 * nothing is decided from a warm branch alone.
 */
const RUNS = 7;
const RUN_MS = 1_000;
const VARIETY = 256;
const zones = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "America/Sao_Paulo"];

function inputs(withMoments: boolean): DecideInput[] {
  return Array.from({ length: VARIETY }, (_, index) => {
    const now = noon + index * 11 * minute;
    const recent = [5, 20, 30, 75, 100].map((hours) => contact({ at: now - hours * hour, channel: hours % 2 === 0 ? "email" : "in_app" }));
    return decideInput({
      now,
      recent,
      customer: { id: `customer-${index}`, timezone: zones[index % zones.length] ?? "UTC" },
      candidate: { id: `candidate-${index}`, validUntil: now + day },
      policies: withMoments ? {} : { quietHours: [], caps: [] },
    });
  });
}

/** Calls `work` over all inputs for about `RUN_MS` and says how many a second. */
function ratePerSecond(work: (input: DecideInput) => unknown, all: readonly DecideInput[]): number {
  let done = 0;
  const begun = performance.now();
  let elapsedMs = 0;
  while (elapsedMs < RUN_MS) {
    for (const input of all) work(input);
    done += all.length;
    elapsedMs = performance.now() - begun;
  }
  return (done * 1000) / elapsedMs;
}

function measure(name: string, work: (input: DecideInput) => unknown, all: readonly DecideInput[], atLeast?: number): void {
  ratePerSecond(work, all);
  const values = Array.from({ length: RUNS }, () => ratePerSecond(work, all));
  report("decide", name, [{ name: "on one core", unit: "decisions/s", values, ...(atLeast === undefined ? {} : { goal: { atLeast } }) }]);
}

measure("one candidate, five recent messages", decide, inputs(false), 100_000);
measure("the same with quiet hours and caps", decide, inputs(true), 30_000);
measure("freezing the input of such a decision", (input) => freezeInput(input, input.candidates[0]?.id ?? ""), inputs(true));
