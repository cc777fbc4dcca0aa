import type { SegmentDefinition } from "#server/domain/definitions/segment.ts";
import type { SituationDefinition } from "#server/domain/definitions/situation.ts";

const HOUR = 3_600_000;

export const shopSegments: SegmentDefinition[] = [
  { key: "gold_customers", name: "Gold customers", rule: { field: "traits.plan", op: "eq", value: "gold" } },
  {
    key: "refill_due",
    name: "Refill is due",
    rule: {
      all: [
        { field: "traits.refill_due", op: "eq", value: true },
        { field: "customer.known", op: "eq", value: true },
      ],
    },
  },
];

export const shopSituations: SituationDefinition[] = [
  {
    key: "checkout_friction",
    name: "Stuck at checkout",
    meaning: {
      en: "paying seems harder than it should be",
      es: "pagar parece más difícil de lo que debería",
      de: "das Bezahlen scheint schwerer zu sein, als es sein sollte",
      fr: "payer semble plus difficile que prévu",
    },
    signals: [
      { signal: "rage_clicks", group: "interface", weight: 0.8 },
      { signal: "form_errors", group: "interface", weight: 0.9 },
      { signal: "payment_failed", group: "payment", weight: 1 },
      { signal: "checkout_left", group: "leaving", weight: 0.7 },
    ],
    minGroups: 1,
    thresholds: { enter: 0.6, exit: 0.3 },
    segmentThresholds: [{ segment: "gold_customers", enter: 0.5, exit: 0.25 }],
    confidenceFloor: 0.5,
    belowFloor: "silent",
    maxDurationMs: 24 * HOUR,
  },
  {
    key: "delivery_trouble",
    name: "Delivery in trouble",
    meaning: {
      en: "your order is not arriving as promised",
      es: "su pedido no llega como se prometió",
      de: "Ihre Bestellung kommt nicht wie zugesagt an",
      fr: "votre commande n'arrive pas comme promis",
    },
    signals: [
      { signal: "delivery_delay", group: "delay", weight: 1 },
      { signal: "repeated_contact", group: "contact", weight: 0.5 },
    ],
    minGroups: 1,
    thresholds: { enter: 0.55, exit: 0.25 },
    segmentThresholds: [],
    confidenceFloor: 0.5,
    belowFloor: "review",
    maxDurationMs: 5 * 24 * HOUR,
  },
  {
    key: "drifting_away",
    name: "Drifting away",
    meaning: { en: "we seem to be less useful to you than before" },
    signals: [{ signal: "visits_drop", group: "visits", weight: 1 }],
    minGroups: 1,
    thresholds: { enter: 0.5, exit: 0.3 },
    segmentThresholds: [],
    confidenceFloor: 0.6,
    belowFloor: "silent",
  },
];
