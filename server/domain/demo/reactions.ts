import type { Happening } from "./agenda.ts";
import type { CausalModel } from "./causal-model.ts";
import { between, choose, draw, exponential } from "./draws.ts";
import type { DemoDelivery } from "./world.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What becomes of a mail that went out: the provider's notices, and the answer to a survey. Depends on the customer, not on ids. */
export function reactTo(model: CausalModel, seed: string, delivery: DemoDelivery): { at: number; what: Happening }[] {
  if (delivery.channel !== "email") return [];
  const { messageId, userId, at } = delivery;
  const u = (name: string) => draw(seed, userId, "mail", delivery.response, at, name);
  const receipt = (afterMs: number, kind: Extract<Happening, { kind: "receipt" }>["receipt"]) => ({
    at: Math.floor(at + afterMs),
    what: { kind: "receipt" as const, messageId, receipt: kind },
  });
  if (u("bounces") < model.mail.bounced) return [receipt(5 * SECOND, "bounced")];
  const reactions = [receipt(between(u("arrives"), 2, 40) * SECOND, "delivered")];
  const openedMs = 5 * MINUTE + exponential(u("opens after"), 2 * HOUR);
  if (u("opens") < model.mail.opened) {
    reactions.push(receipt(openedMs, "opened"));
    if (u("clicks") < model.mail.clicked) reactions.push(receipt(openedMs + MINUTE, "clicked"));
    if (u("complains") < model.mail.complained) reactions.push(receipt(openedMs + 2 * MINUTE, "complained"));
  }
  if (delivery.response !== "help_survey" || u("answers") >= model.survey.answered) return reactions;
  const score = choose(u("score"), model.survey.scores);
  return [...reactions, { at: Math.floor(at + openedMs + 2 * MINUTE), what: { kind: "answer", messageId, score } }];
}
