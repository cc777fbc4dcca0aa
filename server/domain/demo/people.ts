import type { CausalModel } from "./causal-model.ts";
import { between, choose, draw, exponential, wholeBetween } from "./draws.ts";

export type Plan = "basic" | "plus" | "gold";

/** One customer of the shop: what never changes. */
export type Person = {
  userId: string;
  firstName: string;
  lastName: string;
  email: string;
  locale: string;
  zone: string;
  country: string;
  plan: Plan;
  /** What is bought again and again; null when nothing is. */
  refillProduct: string | null;
  joinsAt: number;
  /** From then on visits are rare; null when interest lasts. */
  driftsAt: number | null;
  /** How often this customer visits, compared with the average. */
  activity: number;
};

type Home = { locale: string; zone: string; country: string; first: readonly string[]; last: readonly string[] };

const homes: readonly (readonly [Home, number])[] = [
  [
    {
      locale: "de-DE",
      zone: "Europe/Berlin",
      country: "DE",
      first: ["Anna", "Lukas", "Mia", "Jonas", "Lea", "Felix", "Clara", "Paul", "Greta", "Emil"],
      last: ["Schmidt", "Wagner", "Becker", "Hoffmann", "Koch", "Richter", "Wolf", "Neumann", "Krause", "Vogel"],
    },
    30,
  ],
  [
    {
      locale: "en-GB",
      zone: "Europe/London",
      country: "GB",
      first: ["Olivia", "George", "Amelia", "Harry", "Isla", "Arthur", "Ava", "Leo", "Freya", "Oscar"],
      last: ["Smith", "Jones", "Taylor", "Brown", "Evans", "Walker", "Wright", "Hughes", "Patel", "Clarke"],
    },
    22,
  ],
  [
    {
      locale: "en-US",
      zone: "America/New_York",
      country: "US",
      first: ["Emma", "Liam", "Sophia", "Noah", "Maya", "Ethan", "Zoe", "Caleb", "Ruth", "Owen"],
      last: ["Johnson", "Davis", "Miller", "Garcia", "Wilson", "Moore", "Lee", "Harris", "Young", "Baker"],
    },
    18,
  ],
  [
    {
      locale: "es-ES",
      zone: "Europe/Madrid",
      country: "ES",
      first: ["Lucía", "Hugo", "Carmen", "Mateo", "Elena", "Pablo", "Alba", "Diego", "Irene", "Marcos"],
      last: ["García", "Fernández", "López", "Sánchez", "Romero", "Navarro", "Torres", "Vidal", "Ortega", "Iglesias"],
    },
    16,
  ],
  [
    {
      locale: "fr-FR",
      zone: "Europe/Paris",
      country: "FR",
      first: ["Chloé", "Louis", "Manon", "Jules", "Inès", "Hugo", "Camille", "Arthur", "Zoé", "Théo"],
      last: ["Martin", "Bernard", "Petit", "Durand", "Leroy", "Moreau", "Roux", "Fournier", "Girard", "Lambert"],
    },
    14,
  ],
];

const refillProducts = ["coffee beans", "contact lenses", "cat food", "vitamin D", "razor blades", "oat drink"] as const;

const DAY = 86_400_000;

export function userIdOf(index: number): string {
  return `demo-${String(index + 1).padStart(5, "0")}`;
}

/** The number of the customer with this id; the id need not be one of the shop's. */
export function indexOf(userId: string): number {
  return Number(userId.slice("demo-".length)) - 1;
}

/** The customer with this number. The same seed and number are the same person, whatever the size of the shop. */
export function personOf(model: CausalModel, seed: string, index: number, span: { from: number; to: number }): Person {
  const userId = userIdOf(index);
  const u = (name: string) => draw(seed, "person", userId, name);
  const home = choose(u("home"), homes);
  const nameOf = (list: readonly string[], name: string) => list[wholeBetween(u(name), 0, list.length - 1)] ?? "Kim";
  const firstName = nameOf(home.first, "first name");
  const lastName = nameOf(home.last, "last name");
  const isNew = u("joining") < model.joining;
  // those who are customers already are told of within the first hours, as an import would
  const joinsAt = Math.floor(span.from + u("joins") * (isNew ? Math.max(DAY, span.to - span.from) : DAY / 8));
  const plainName = (text: string) =>
    text
      .normalize("NFD")
      .replace(/[^A-Za-z]/g, "")
      .toLowerCase();
  return {
    userId,
    firstName,
    lastName,
    email: `${plainName(firstName)}.${plainName(lastName)}.${index + 1}@customers.example`,
    locale: home.locale,
    zone: home.zone,
    country: home.country,
    plan: choose(u("plan"), [
      ["basic", 62],
      ["plus", 27],
      ["gold", 11],
    ]),
    refillProduct: u("refill") < model.refill.share ? (refillProducts[wholeBetween(u("product"), 0, 5)] ?? null) : null,
    joinsAt,
    driftsAt: u("drifts") < model.drift.share ? Math.floor(joinsAt + exponential(u("drift"), model.drift.afterMs)) : null,
    activity: between(u("activity"), 0.4, 1.6),
  };
}
