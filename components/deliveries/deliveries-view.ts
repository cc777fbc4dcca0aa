import type { DeliveryView } from "#server/contracts/console/deliveries.ts";

type State = DeliveryView["state"];

/** What each state means to a person, and its tone; the word alone says it. */
export const stateWords: Record<State, { label: string; tone: "neutral" | "good" | "warn" | "bad"; meaning: string }> = {
  pending: { label: "waiting", tone: "neutral", meaning: "Decided, and not handed over yet." },
  sending: { label: "sending", tone: "neutral", meaning: "On its way to the provider." },
  sent: { label: "sent", tone: "good", meaning: "Taken by the provider, which has not told more yet." },
  delivered: { label: "delivered", tone: "good", meaning: "Arrived, as far as the provider or a person can tell." },
  failed: { label: "failed", tone: "bad", meaning: "Refused for good, or bounced." },
  unknown: {
    label: "unknown",
    tone: "warn",
    meaning: "The provider’s answer never came: the customer may have it. It is never sent again.",
  },
  held: { label: "held", tone: "neutral", meaning: "Held back, and decided anew later." },
  cancelled: { label: "cancelled", tone: "warn", meaning: "Stopped before it left: by a pause, an opt-out or a lost worker." },
  withheld: { label: "withheld", tone: "neutral", meaning: "Would have been sent; the customer is left alone, to measure against." },
};
