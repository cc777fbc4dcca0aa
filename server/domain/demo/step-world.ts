import { addEntry, type Entry, takeEntry } from "./agenda.ts";
import type { CausalModel } from "./causal-model.ts";
import { checkOut, finishOrLeave, meetFriction, returnOrNot } from "./checkout.ts";
import { cancelLate, deliver, placeOrder, refund, runLate } from "./delivery.ts";
import { indexOf } from "./people.ts";
import { reactTo } from "./reactions.ts";
import { becomeDue, lapse, refillOrNot } from "./refill.ts";
import { askAboutCheckout, askAboutDelay, askAgain, askUnforeseen, solveCase } from "./support.ts";
import { join, visit } from "./visits.ts";
import { type DemoDelivery, type DemoWorld, type Scene, type StepResult, sceneOf } from "./world.ts";

/**
 * Lets the world go on until `now`, given which messages reached customers since the last step. What happens next to a customer depends on
 * that alone: whoever was held out, or whose message was held, fares as if nobody helped. Same model, seed, steps and deliveries:
 * same result. Events come back in the order of their time.
 */
export function stepWorld(model: CausalModel, world: DemoWorld, now: number, deliveries: readonly DemoDelivery[]): StepResult {
  const result: StepResult = { events: [], receipts: [], answers: [], truth: [], isUrgent: false };
  noteDeliveries(model, world, deliveries);
  for (let entry = takeEntry(world.agenda, now); entry !== null; entry = takeEntry(world.agenda, now)) {
    const resident = world.residents[entry.customer];
    if (resident === undefined) throw new RangeError(`there is no customer ${entry.customer}`);
    const { what } = entry;
    if (what.kind === "receipt") result.receipts.push({ at: entry.at, messageId: what.messageId, kind: what.receipt });
    else if (what.kind === "answer") {
      result.answers.push({ at: entry.at, messageId: what.messageId, userId: resident.person.userId, score: what.score });
    } else happen(sceneOf(model, world, resident, entry, result), what);
  }
  world.now = Math.max(world.now, now);
  const told = [...world.coming, ...result.events].sort((a, b) => a.at - b.at);
  result.events = told.filter(({ at }) => at <= now);
  world.coming = told.filter(({ at }) => at > now);
  result.isUrgent = result.events.some(({ name }) => name !== null && urgentEvents.has(name));
  return result;
}

/** What help answers within minutes. */
const urgentEvents: ReadonlySet<string> = new Set(["Payment Failed", "Form Error", "Element Clicked", "Delivery Delayed"]);

type Scened = Exclude<Entry["what"], { kind: "receipt" | "answer" }>;

function happen(scene: Scene, what: Scened): void {
  switch (what.kind) {
    case "join":
      join(scene);
      break;
    case "visit":
      visit(scene);
      break;
    case "checkout":
      checkOut(scene, what.checkout);
      break;
    case "friction":
      meetFriction(scene, what.checkout, what.friction);
      break;
    case "finish":
      finishOrLeave(scene, what);
      break;
    case "return":
      returnOrNot(scene, what);
      break;
    case "ask_checkout":
      askAboutCheckout(scene, what);
      break;
    case "order":
      placeOrder(scene);
      break;
    case "deliver":
      deliver(scene, what.orderId);
      break;
    case "delay":
      runLate(scene, what);
      break;
    case "ask_delay":
      askAboutDelay(scene, what);
      break;
    case "cancel_late":
      cancelLate(scene, what);
      break;
    case "ask_unforeseen":
      askUnforeseen(scene, what.orderId);
      break;
    case "refund":
      refund(scene, what);
      break;
    case "solve":
      solveCase(scene, what);
      break;
    case "ask_again":
      askAgain(scene, what);
      break;
    case "refill_due":
      becomeDue(scene);
      break;
    case "refill":
      refillOrNot(scene, what);
      break;
    case "refill_lapses":
      lapse(scene, what.refill);
      break;
  }
}

function noteDeliveries(model: CausalModel, world: DemoWorld, deliveries: readonly DemoDelivery[]): void {
  for (const delivery of deliveries) {
    const customer = indexOf(delivery.userId);
    const resident = world.residents[customer];
    if (resident?.person.userId !== delivery.userId) continue;
    // told twice, it counts once
    if (delivery.at <= (resident.delivered[delivery.response] ?? 0)) continue;
    resident.delivered[delivery.response] = delivery.at;
    for (const { at, what } of reactTo(model, world.seed, delivery)) {
      world.seq += 1;
      addEntry(world.agenda, { at, seq: world.seq, customer, what });
    }
  }
}

const questions: ReadonlySet<Entry["what"]["kind"]> = new Set([
  "finish",
  "return",
  "ask_checkout",
  "ask_delay",
  "cancel_late",
  "ask_again",
  "refill",
]);

/** Customers for whom it matters, in a step until `now`, what has reached them. */
export function customersAwaited(world: DemoWorld, now: number): string[] {
  const due = world.agenda.filter((entry) => entry.at <= now && questions.has(entry.what.kind));
  return [...new Set(due.flatMap((entry) => world.residents[entry.customer]?.person.userId ?? []))];
}

/** From now on customers visit `pace` times as often; visits already planned come accordingly sooner. Nothing else is hurried. */
export function setPace(world: DemoWorld, pace: number): void {
  const ratio = pace / world.pace;
  const entries = world.agenda.map((entry) =>
    entry.what.kind === "visit" && entry.at > world.now ? { ...entry, at: Math.floor(world.now + (entry.at - world.now) / ratio) } : entry,
  );
  world.agenda.length = 0;
  for (const entry of entries) addEntry(world.agenda, entry);
  world.pace = pace;
}
