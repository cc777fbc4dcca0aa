import type { CustomerView } from "../customer.ts";
import type { Catalog } from "../definitions/catalog.ts";
import type { DomainEvent } from "../events.ts";
import type { Enrollment, EnrollmentSummary, Offer, ReactionKind } from "../journeys/enrollment.ts";
import type { EntryTrigger } from "../journeys/enter.ts";
import type { HandoffTask, OfferResult } from "../journeys/stimulus.ts";
import type { Profile, ProfileChange } from "../profile/profile.ts";
import type { DefinitionFault, SignalHit } from "../signals/hit.ts";
import type { CustomerState } from "../signals/state.ts";
import type { SituationTransition } from "../situations/transition.ts";
import type { DueTimer, TimerChange } from "../timer.ts";
import type { CaseFact, OrderFact } from "./facts.ts";

/** How an offer of an enrollment ended, as the gate, the review queue or the sender found it. `at` is epoch milliseconds. */
export type Settlement = {
  customerId: string;
  enrollmentId: string;
  stepKey: string;
  result: OfferResult;
  at: number;
  /** Set when the decision was SEND but for the holdout: from here on both arms are compared. The first one counts. */
  eligibleAt?: number;
};

/** What a customer answered to the message of one step. `until` is the end of a snooze. */
export type Reaction = {
  customerId: string;
  enrollmentId: string;
  stepKey: string;
  reaction: ReactionKind;
  at: number;
  until?: number;
};

/** The part of a customer that never changes by events, and the defaults for what is not known. */
export type Person = { id: string; bucketKey: string; userId: string | null };

/** What the first look does not load, because nearly no customer needs it. */
export type History = {
  /** Every enrollment of the customer in any journey, ended ones included. */
  enrollments: readonly (EnrollmentSummary & { journeyKey: string })[];
  /** Every stored event of the customer from the entry on, processed or not. */
  laterEvents: readonly DomainEvent[];
};

/** Everything the step of one customer looks at. Instants are epoch milliseconds. */
export type EvolveInput = {
  now: number;
  catalog: Catalog;
  person: Person;
  profile: Profile;
  state: CustomerState;
  /** State as of the start of the late window; null until the first hit. */
  snapshot: CustomerState | null;
  /** Active enrollments, and ended ones whose goal window may still be open. */
  enrollments: readonly Enrollment[];
  /** New events in any order, each once. */
  events: readonly DomainEvent[];
  timers: readonly DueTimer[];
  settlements: readonly Settlement[];
  reactions: readonly Reaction[];
  /** Entries that no event of the customer caused: schedules, incidents, API calls. */
  triggers: readonly EntryTrigger[];
  /** Null at the first look; a result with `needs.history` asks for a second one. */
  history: History | null;
  /** The customer's hits since the snapshot, in any order. Null at the first look, as above. */
  hits: readonly SignalHit[] | null;
  newId: () => string;
};

/** A result that the customer's passage through a journey led to. `key` is unique for ever: telling it twice counts once. */
export type OutcomeFact = {
  key: string;
  kind: string;
  at: number;
  enrollmentId: string | null;
  journeyKey: string | null;
  arm: "treated" | "holdout" | null;
  detail: Readonly<Record<string, string | number | boolean | null>>;
};

/** What the first look lacked. The result that comes with it must be thrown away. */
export type Needs = { history: boolean; hits: boolean };

/** What the shell must write, in one transaction, for the step to have happened. */
export type EvolveResult = {
  needs: Needs | null;
  customer: CustomerView;
  profile: Profile;
  profileChange: ProfileChange | null;
  /** Occurrence time of the newest event of this step; null without events. */
  lastSeenAt: number | null;
  state: CustomerState;
  snapshot: CustomerState | null;
  stateChanged: boolean;
  snapshotChanged: boolean;
  hits: SignalHit[];
  transitions: SituationTransition[];
  entered: Enrollment[];
  changed: Enrollment[];
  /** Enrollments whose open and held candidates close, before `offers` are added. */
  closedOffers: string[];
  offers: Offer[];
  timers: TimerChange[];
  tasks: HandoffTask[];
  outcomes: OutcomeFact[];
  orders: OrderFact[];
  cases: CaseFact[];
  /** Why entries that matched did not become enrollments, for `triggers` only: the caller of an API wants to know. */
  refusals: { journeyKey: string; code: string }[];
  faults: DefinitionFault[];
};
