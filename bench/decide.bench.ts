/**
 * How many decisions a second one core makes. Run with `npx tsx bench/decide.bench.ts`. Inputs differ from call to call (customers,
 * zones, times), as they do in the gate, so that nothing is decided from a warm branch alone.
 */
import { decide } from "#server/domain/decisions/decide.ts";
import type { DecideInput } from "#server/domain/decisions/decision.ts";
import { freezeInput } from "#server/domain/decisions/frozen-input.ts";
import { contact, day, decideInput, hour, minute, noon } from "../tests/support/decide-input.ts";

const runs = 7;
const runMs = 1000;
const variety = 256;
const zones = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "America/Sao_Paulo"];

function inputs(withMoments: boolean): DecideInput[] {
  return Array.from({ length: variety }, (_, index) => {
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

/** Calls `work` over all inputs for about `runMs` and says how many a second. */
function ratePerSecond(work: (input: DecideInput) => unknown, all: readonly DecideInput[]): number {
  let done = 0;
  const startedAt = performance.now();
  let elapsedMs = 0;
  while (elapsedMs < runMs) {
    for (const input of all) work(input);
    done += all.length;
    elapsedMs = performance.now() - startedAt;
  }
  return (done * 1000) / elapsedMs;
}

function report(name: string, work: (input: DecideInput) => unknown, all: readonly DecideInput[]): void {
  ratePerSecond(work, all);
  const rates = Array.from({ length: runs }, () => ratePerSecond(work, all)).sort((a, b) => a - b);
  const [low, median, high] = [rates[0], rates[Math.floor(runs / 2)], rates[runs - 1]].map((rate) =>
    Math.round(rate ?? 0).toLocaleString("en"),
  );
  console.log(`${name.padEnd(58)} median ${median}/s   min–max ${low}–${high}`);
}

console.log(`one core, ${runs} runs of ${runMs} ms after one to warm up, Node ${process.version}`);
report("decide: one candidate, five recent messages", decide, inputs(false));
report("decide: the same with quiet hours and caps", decide, inputs(true));
report("freeze the input of such a decision", (input) => freezeInput(input, input.candidates[0]?.id ?? ""), inputs(true));
