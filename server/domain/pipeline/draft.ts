import type { CustomerView } from "../customer.ts";
import type { Enrollment, Offer } from "../journeys/enrollment.ts";
import type { HandoffTask } from "../journeys/stimulus.ts";
import type { Profile, ProfileChange } from "../profile/profile.ts";
import type { DefinitionFault, SignalHit } from "../signals/hit.ts";
import type { CustomerState } from "../signals/state.ts";
import type { SituationTransition } from "../situations/transition.ts";
import type { TimerChange } from "../timer.ts";
import type { EvolveInput, Needs } from "./step.ts";

/** One step in progress: what is known of the customer so far, and what has been collected for the result. */
export type Draft = {
  readonly input: EvolveInput;
  readonly needs: Needs;
  customer: CustomerView;
  profile: Profile;
  profileChange: ProfileChange | null;
  state: CustomerState;
  snapshot: CustomerState | null;
  readonly hits: SignalHit[];
  readonly transitions: SituationTransition[];
  readonly enrollments: Map<string, Enrollment>;
  readonly touched: Set<string>;
  readonly enteredIds: Set<string>;
  readonly closedOffers: Set<string>;
  readonly offers: Map<string, Offer>;
  readonly timers: Map<string, TimerChange>;
  readonly tasks: HandoffTask[];
  readonly refusals: { journeyKey: string; code: string }[];
  readonly faults: DefinitionFault[];
};

export function startDraft(input: EvolveInput): Draft {
  return {
    input,
    needs: { history: false, hits: false },
    customer: viewOf(input, input.profile),
    profile: input.profile,
    profileChange: null,
    state: input.state,
    snapshot: input.snapshot,
    hits: [],
    transitions: [],
    enrollments: new Map(input.enrollments.map((enrollment) => [enrollment.id, enrollment])),
    touched: new Set(),
    enteredIds: new Set(),
    closedOffers: new Set(),
    offers: new Map(),
    timers: new Map(),
    tasks: [],
    refusals: [],
    faults: [],
  };
}

/** The customer as rules see it: what is not known falls back to the company's own locale and time zone. */
export function viewOf(input: Pick<EvolveInput, "person" | "catalog">, profile: Profile): CustomerView {
  const { company } = input.catalog;
  return {
    ...input.person,
    traits: profile.traits,
    locale: profile.locale?.value ?? company.locale,
    timezone: profile.timezone?.value ?? company.timezone,
    timezoneSource: profile.timezone?.source ?? "company",
  };
}

/** The last word about a timer of one kind and ref counts. */
export function putTimer(draft: Draft, change: TimerChange): void {
  draft.timers.set(`${change.kind}\n${change.ref}`, change);
}

export function putTimers(draft: Draft, changes: readonly TimerChange[]): void {
  for (const change of changes) putTimer(draft, change);
}

/** A later change of the profile adds to an earlier one of the same step. */
export function mergeChanges(earlier: ProfileChange | null, later: ProfileChange): ProfileChange {
  if (earlier === null) return later;
  return {
    traits: earlier.traits || later.traits,
    locale: earlier.locale || later.locale,
    timezone: earlier.timezone || later.timezone,
    addresses: [...new Set([...earlier.addresses, ...later.addresses])],
    refused: earlier.refused + later.refused,
  };
}
