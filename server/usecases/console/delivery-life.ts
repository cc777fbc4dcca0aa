import type { DeliveryView } from "#server/contracts/console/deliveries.ts";

type Step = DeliveryView["life"][number];
type Happening = { id: string; kind: string; at: number; provider: string | null };
type Message = Pick<
  DeliveryView,
  "state" | "reason" | "createdAt" | "stateAt" | "deadlineAt" | "attempts" | "provider" | "inFlightAtPause"
> & { decidedAt: number | null; clickedAt: number | null; seenAt: number | null };

const words = (key: string) => key.replaceAll("_", " ");
const tones: Record<string, Step["tone"]> = {
  sent: "good",
  delivered: "good",
  opened: "good",
  clicked: "good",
  goal: "good",
  accepted: "good",
  bounced: "bad",
  failed: "bad",
  complained: "bad",
  unknown: "warn",
  cancelled: "warn",
  declined: "warn",
  opted_out: "warn",
};

const stateTitles: Record<DeliveryView["state"], string> = {
  pending: "Waits to be handed over",
  sending: "On its way to the provider",
  sent: "Taken by the provider",
  delivered: "Delivered",
  failed: "Failed",
  unknown: "The provider’s answer never came",
  held: "Held back",
  cancelled: "Cancelled before it left",
  withheld: "Not sent: this customer is left alone, to measure against",
};

/**
 * What happened to a message, oldest first: decided, let through the gate, handed over, what the provider told, what followed. A receipt
 * makes an outcome of the same kind; it is told once.
 */
export function lifeOf(message: Message, { receipts, outcomes }: { receipts: Happening[]; outcomes: Happening[] }): Step[] {
  const steps: Step[] = [];
  const add = (id: string, at: number, title: string, detail: string | null = null, tone: Step["tone"] = "neutral") =>
    steps.push({ id, at, title, detail, tone });
  if (message.decidedAt !== null) add("decided", message.decidedAt, "Decided", "Every guard was asked; see the decision.");
  add("gate", message.createdAt, "Passed the gate", "Its step can have no second message from here on.");
  if (message.attempts > 0) {
    const tries = message.attempts === 1 ? "one call" : `${message.attempts} calls under the same key`;
    const pause = message.inFlightAtPause ? " A call was under way when sending was paused." : "";
    add("handed", message.createdAt, "Handed over", `To ${message.provider ?? "a provider"}: ${tries}.${pause}`);
  }
  const told = new Set(receipts.map((each) => each.kind));
  const answered = message.state === "delivered" && told.has("delivered");
  if (!answered) {
    add("state", message.stateAt, stateTitles[message.state], message.reason === null ? null : words(message.reason), tones[message.state]);
  }
  for (const each of receipts) add(each.id, each.at, `${capital(each.kind)}, told by ${each.provider}`, null, tones[each.kind]);
  for (const each of outcomes) if (!told.has(each.kind)) add(each.id, each.at, `Outcome: ${words(each.kind)}`, null, tones[each.kind]);
  if (message.seenAt !== null) add("seen", message.seenAt, "Seen by the customer", null, "good");
  if (message.clickedAt !== null && !told.has("clicked")) add("clicked", message.clickedAt, "Clicked", null, "good");
  // what happened at the same instant keeps the order of the road
  return steps.toSorted((a, b) => a.at - b.at);
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + words(word.slice(1));
}
