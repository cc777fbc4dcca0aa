import type { FrictionKind } from "./causal-model.ts";
import { between, choose, wholeBetween } from "./draws.ts";
import type { Scene } from "./world.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Episode = { checkout: number; since: number };

/** Begins an order: it goes well, or something gets in the way, or the customer simply leaves. */
export function checkOut(scene: Scene, checkout: number): void {
  const { model, at } = scene;
  const u = (name: string) => scene.chance("checkout", checkout, name);
  scene.tell({ type: "track", name: "Checkout Started", properties: { checkout_id: episodeOf(scene, checkout) } });
  const failing = failingNow(scene);
  const path = u("path");
  if (u("outage") < failing || path < model.checkout.friction) {
    const { payment, form, rage } = model.checkout.kinds;
    const kind: FrictionKind =
      u("outage") < failing
        ? "payment"
        : choose(u("kind"), [
            ["payment", payment],
            ["form", form],
            ["rage", rage],
          ]);
    scene.plan(at + between(u("until friction"), 30 * SECOND, 2 * MINUTE), { kind: "friction", checkout, friction: kind });
  } else if (path < model.checkout.friction + model.checkout.leaves) planAfterLeaving(scene, { checkout, since: at });
  else scene.plan(at + between(u("until order"), MINUTE, 4 * MINUTE), { kind: "order" });
}

/** The share of payments that fail because something is down. */
function failingNow({ world, resident, at }: Scene): number {
  const hit = world.troubles.find(
    ({ from, to, country }) => at >= from && at < to && (country === null || country === resident.person.country),
  );
  return hit?.failing ?? 0;
}

export function episodeOf({ resident }: Scene, checkout: number): string {
  return `checkout-${resident.person.userId.slice("demo-".length)}-${checkout}`;
}

/** What can be seen of the friction. Some of it says more than the rest: a refused payment is plain, a few clicks are not. */
export function meetFriction(scene: Scene, checkout: number, friction: FrictionKind): void {
  const u = (...name: readonly (string | number)[]) => scene.chance("friction", checkout, ...name);
  if (friction === "payment") refusePayment(scene, checkout, wholeBetween(u("tries"), 1, 2), 0);
  else if (friction === "form") {
    const count = wholeBetween(u("errors"), 2, 4);
    for (let one = 0; one < count; one += 1) {
      const field = choose(u("field", one), [
        ["postal_code", 4],
        ["phone", 3],
        ["street", 3],
      ]);
      formError(scene, field, one * 15 * SECOND);
    }
  } else {
    for (let click = 0; click < 4; click += 1) {
      const properties = { element: "button.pay", page: "checkout" };
      scene.tell({ type: "track", name: "Element Clicked", properties, afterMs: click * 400 });
    }
    formError(scene, "terms", 5 * SECOND);
  }
  if (friction !== "payment" && u("also refused") < scene.model.checkout.alsoRefused) refusePayment(scene, checkout, 1, MINUTE);
  scene.plan(scene.at + between(u("until finish"), 12 * MINUTE, 19 * MINUTE), { kind: "finish", checkout, since: scene.at });
}

function refusePayment(scene: Scene, checkout: number, tries: number, afterMs: number): void {
  for (let one = 0; one < tries; one += 1) {
    const code = choose(scene.chance("friction", checkout, "code", one), [
      ["card_declined", 5],
      ["3ds_failed", 3],
      ["timeout", 2],
    ]);
    scene.tell({ type: "track", name: "Payment Failed", properties: { code, method: "card" }, afterMs: afterMs + one * 40 * SECOND });
  }
}

function formError(scene: Scene, field: string, afterMs: number): void {
  scene.tell({ type: "track", name: "Form Error", properties: { form: "checkout", field }, afterMs });
}

/** In the same visit: with or without help, does the order get finished? */
export function finishOrLeave(scene: Scene, { checkout, since }: Episode): void {
  if (scene.ask("finish_after_tip", episodeOf(scene, checkout), since)) scene.plan(scene.at, { kind: "order" });
  else planAfterLeaving(scene, { checkout, since });
}

function planAfterLeaving(scene: Scene, episode: Episode): void {
  const u = (name: string) => scene.chance("after leaving", episode.checkout, name);
  scene.plan(scene.at + between(u("ask"), HOUR, 6 * HOUR), { kind: "ask_checkout", ...episode });
  scene.plan(scene.at + between(u("return"), 4 * HOUR, 22 * HOUR), { kind: "return", ...episode });
}

/** Hours later: does the one who left come back? */
export function returnOrNot(scene: Scene, { checkout, since }: Episode): void {
  if (scene.ask("return_after_mail", episodeOf(scene, checkout), since)) scene.plan(scene.at, { kind: "order" });
}
