import { nextLocalTime, toLocal } from "../time/zone.ts";
import { between, choose, exponential, wholeBetween } from "./draws.ts";
import { planFirstRefill } from "./refill.ts";
import type { Scene } from "./world.ts";

const SECOND = 1_000;
const HOUR = 3_600_000;

const pages = ["Home", "Category", "Search", "Account", "Offers"] as const;
const products = ["Coffee grinder", "Desk lamp", "Running shoes", "Water bottle", "Headphones", "Backpack", "Tea set", "Yoga mat"] as const;

/** The shop hears of a customer for the first time. */
export function join(scene: Scene): void {
  const { person } = scene.resident;
  scene.tell({
    type: "identify",
    traits: {
      email: person.email,
      first_name: person.firstName,
      last_name: person.lastName,
      plan: person.plan,
      locale: person.locale,
      timezone: person.zone,
      country: person.country,
      refill_due: false,
      ...(person.refillProduct === null ? {} : { refill_product: person.refillProduct }),
    },
  });
  planVisit(scene);
  planFirstRefill(scene);
}

/** People sleep: what would fall into the night comes in the morning. A world that is hurried has no nights. */
function awake(scene: Scene, at: number, name: string): number {
  if (scene.world.pace > 1) return at;
  const { zone } = scene.resident.person;
  const { hour } = toLocal(zone, at);
  if (hour >= 7 && hour < 23) return at;
  return nextLocalTime(zone, at, "07:00") + scene.chance("wakes", name) * 4 * HOUR;
}

function planVisit(scene: Scene): void {
  const { model, resident, world, at } = scene;
  const { person, counts } = resident;
  const rarer = person.driftsAt !== null && at >= person.driftsAt ? model.drift.rarer : 1;
  const meanMs = (model.visits.everyMs * rarer) / (person.activity * world.pace);
  const gapMs = exponential(scene.chance("gap", counts.visits), meanMs);
  scene.plan(awake(scene, at + gapMs, `visit-${counts.visits}`), { kind: "visit" });
}

/** Looks at some pages and products; some go on to the checkout. */
export function visit(scene: Scene): void {
  const { model, resident } = scene;
  resident.counts.visits += 1;
  const number = resident.counts.visits;
  const u = (...name: readonly (string | number)[]) => scene.chance("visit", number, ...name);
  const count = wholeBetween(u("pages"), model.visits.pages.from, model.visits.pages.to);
  let afterMs = 0;
  for (let page = 0; page < count; page += 1) {
    const isProduct = page > 0 && u("product", page) < 0.5;
    const name = choose(
      u("which", page),
      (isProduct ? products : pages).map((one) => [one, 1]),
    );
    if (isProduct) scene.tell({ type: "track", name: "Product Viewed", properties: { name }, afterMs });
    else scene.tell({ type: "page", name, properties: { path: `/${name.toLowerCase()}` }, afterMs });
    afterMs += Math.floor(between(u("stay", page), 8 * SECOND, 70 * SECOND));
  }
  if (u("checkout") < model.visits.checkout) {
    resident.counts.checkouts += 1;
    scene.plan(scene.at + afterMs, { kind: "checkout", checkout: resident.counts.checkouts });
  }
  planVisit(scene);
}
