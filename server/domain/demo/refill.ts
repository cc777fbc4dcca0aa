import { between } from "./draws.ts";
import type { Scene } from "./world.ts";

/** Those who buy the same again have done so before: what they have runs out some time in the first cycle. */
export function planFirstRefill(scene: Scene): void {
  if (scene.resident.person.refillProduct === null) return;
  scene.plan(scene.at + scene.chance("refill", "first") * scene.model.refill.dueMs.to, { kind: "refill_due" });
}

function planNextRefill(scene: Scene, share: number): void {
  const { from, to } = scene.model.refill.dueMs;
  scene.plan(scene.at + share * between(scene.chance("refill", scene.resident.counts.refills), from, to), { kind: "refill_due" });
}

/** What was bought last runs out: the shop knows, and the customer has some days to order again. */
export function becomeDue(scene: Scene): void {
  const { model, resident, at } = scene;
  resident.counts.refills += 1;
  const refill = resident.counts.refills;
  scene.tell({ type: "identify", traits: { refill_due: true } });
  scene.plan(at + between(scene.chance("refill decided", refill), 0.35, 1) * model.refill.windowMs, { kind: "refill", refill, since: at });
}

export function refillOrNot(scene: Scene, { refill, since }: { refill: number; since: number }): void {
  const { model, resident } = scene;
  if (scene.ask("refill_in_time", `refill-${resident.person.userId.slice("demo-".length)}-${refill}`, since)) {
    scene.plan(scene.at, { kind: "order" });
    scene.tell({ type: "identify", traits: { refill_due: false } });
    planNextRefill(scene, 1);
  } else scene.plan(since + 2 * model.refill.windowMs, { kind: "refill_lapses", refill });
}

/** Bought elsewhere: the shop stops counting on it for a while. */
export function lapse(scene: Scene, refill: number): void {
  if (refill !== scene.resident.counts.refills) return;
  scene.tell({ type: "identify", traits: { refill_due: false } });
  planNextRefill(scene, between(scene.chance("refill lapsed", refill), 0.4, 0.9));
}
