import { addEntry, type Entry, type Happening, type ReceiptKind } from "./agenda.ts";
import type { CausalModel, EffectName } from "./causal-model.ts";
import { draw } from "./draws.ts";
import { type Person, personOf } from "./people.ts";
import { type TruthRecord, wasHelped, weigh } from "./truth.ts";

/** A customer and what became of them so far. */
export type Resident = {
  person: Person;
  /** How many of each there were; they name what comes next. */
  counts: { events: number; visits: number; checkouts: number; orders: number; cases: number; refills: number };
  /** Orders under way, with their amounts. */
  openOrders: Record<string, { amount: number }>;
  /** When a message of each response last reached the customer. */
  delivered: Record<string, number>;
};

/** For a time more payments fail, for customers of a country or (null) for all; the company notices it at `declaredAt`. */
export type Trouble = { from: number; declaredAt: number; to: number; country: string | null; failing: number };

/** The shop and its customers at one moment: plain data that can be written down as JSON. Mutable: it belongs to one simulation. */
export type DemoWorld = {
  seed: string;
  startedAt: number;
  /** Everything up to here has happened. */
  now: number;
  /** How many times as often as in the model customers visit. */
  pace: number;
  seq: number;
  agenda: Entry[];
  /** Events of things under way that come after `now`. */
  coming: DemoEvent[];
  residents: Resident[];
  troubles: Trouble[];
};

/** An event for the shop to send. `at` is epoch milliseconds. */
export type DemoEvent = {
  at: number;
  type: "identify" | "track" | "page";
  name: string | null;
  userId: string;
  messageId: string;
  properties: Readonly<Record<string, unknown>>;
  traits: Readonly<Record<string, unknown>>;
};

/** What the provider tells of a message, and what a customer answers to a survey. */
export type DemoReceipt = { at: number; messageId: string; kind: ReceiptKind };
export type DemoAnswer = { at: number; messageId: string; userId: string; score: number };

/** A message that really reached a customer. */
export type DemoDelivery = { messageId: string; userId: string; response: string; channel: string; at: number };

export type StepResult = {
  events: DemoEvent[];
  receipts: DemoReceipt[];
  answers: DemoAnswer[];
  truth: TruthRecord[];
  /** With one of the events help within minutes could make a difference. */
  isUrgent: boolean;
};

/** One happening of one customer, and what it may do to the world. */
export type Scene = {
  model: CausalModel;
  world: DemoWorld;
  resident: Resident;
  at: number;
  /** A draw of this customer's own. */
  chance(...name: readonly (string | number)[]): number;
  tell(event: { type: DemoEvent["type"]; name?: string; properties?: object; traits?: object; afterMs?: number }): void;
  plan(at: number, what: Happening): void;
  /** Which potential outcome becomes real; written down with the other one. */
  ask(effect: EffectName, episode: string, since: number): boolean;
};

export function newWorld(
  model: CausalModel,
  options: { seed: string; size: number; from: number; to: number; troubles?: readonly Trouble[] },
): DemoWorld {
  const { seed, size, from, to } = options;
  const world: DemoWorld = {
    seed,
    startedAt: from,
    now: from,
    pace: 1,
    seq: 0,
    agenda: [],
    coming: [],
    residents: [],
    troubles: [...(options.troubles ?? [])],
  };
  for (let index = 0; index < size; index += 1) {
    const person = personOf(model, seed, index, { from, to });
    const counts = { events: 0, visits: 0, checkouts: 0, orders: 0, cases: 0, refills: 0 };
    world.residents.push({ person, counts, openOrders: {}, delivered: {} });
    planFor(world, index, person.joinsAt, { kind: "join" });
  }
  return world;
}

export function planFor(world: DemoWorld, customer: number, at: number, what: Happening): void {
  world.seq += 1;
  addEntry(world.agenda, { at: Math.floor(at), seq: world.seq, customer, what });
}

/** The scene of an entry. What is told and asked in it is added to `result`. */
export function sceneOf(model: CausalModel, world: DemoWorld, resident: Resident, entry: Entry, result: StepResult): Scene {
  const { at } = entry;
  const { userId } = resident.person;
  const chance: Scene["chance"] = (...name) => draw(world.seed, userId, ...name);
  return {
    model,
    world,
    resident,
    at,
    chance,
    tell({ type, name = null, properties = {}, traits = {}, afterMs = 0 }) {
      resident.counts.events += 1;
      const messageId = `demo-${world.seed}-${userId}-${resident.counts.events}`;
      result.events.push({ at: at + afterMs, type, name, userId, messageId, properties: { ...properties }, traits: { ...traits } });
    },
    plan: (later, what) => planFor(world, entry.customer, Math.max(later, at), what),
    ask(effect, episode, since) {
      const record = weigh(model, {
        effect,
        at,
        userId,
        episode,
        temper: chance("temper", effect),
        chance: chance(effect, episode),
        helped: wasHelped(resident.delivered, effect, since, at),
      });
      result.truth.push(record);
      return record.outcome;
    },
  };
}
