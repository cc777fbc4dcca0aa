import type { SignalView } from "#server/contracts/console/customers.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { type CustomerState, customerStateSchema, emptyCustomerState } from "#server/domain/signals/state.ts";
import { signalStrength } from "#server/domain/signals/strength.ts";

const CURVE_POINTS = 48;
/** The curve shows this many half-lives: after them about 6 % is left. */
const CURVE_HALF_LIVES = 4;

/** The state column as the core knows it; an unreadable one counts as empty, so that the rest of the page still shows. */
export function parseState(value: unknown): CustomerState {
  const parsed = customerStateSchema.safeParse(value);
  return parsed.success ? parsed.data : emptyCustomerState();
}

/** Signals with any strength left, the strongest first, each with the curve it will follow if nothing else happens. */
export function signalViews(catalog: Catalog, state: CustomerState, locale: string, now: number): SignalView[] {
  const views: SignalView[] = [];
  for (const { definition } of catalog.signals.values()) {
    const { intensity, confidence, lastHitAt } = signalStrength(definition, state, now);
    if (lastHitAt === null) continue;
    const step = (definition.halfLifeMs * CURVE_HALF_LIVES) / CURVE_POINTS;
    views.push({
      key: definition.key,
      name: definition.name,
      clue: definition.clue[locale] ?? definition.clue.en ?? definition.name,
      strength: intensity,
      confidence,
      lastHitAt,
      halfLifeMs: definition.halfLifeMs,
      curve: Array.from({ length: CURVE_POINTS + 1 }, (_, index) => {
        const at = now + index * step;
        return { at, strength: signalStrength(definition, state, at).intensity };
      }),
    });
  }
  return views.sort((a, b) => b.strength - a.strength);
}
