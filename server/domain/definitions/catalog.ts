import { type JourneyDefinition, journeySchema } from "./journey.ts";
import type { ChannelPolicy, ClassPolicy, ConsentPolicy, HoldoutPolicy, ModerationPolicy, PolicyDefinition } from "./policy.ts";
import { policySchema } from "./policy.ts";
import { type ResponseDefinition, responseSchema } from "./response.ts";
import { type SegmentDefinition, segmentSchema } from "./segment.ts";
import { type SignalDefinition, signalSchema } from "./signal.ts";
import { type SituationDefinition, situationSchema } from "./situation.ts";

/** The schema of each governed kind of definition. */
export const definitionSchemas = {
  signal: signalSchema,
  situation: situationSchema,
  segment: segmentSchema,
  response: responseSchema,
  journey: journeySchema,
  policy: policySchema,
} as const;
export type ArtifactKind = keyof typeof definitionSchemas;
export const artifactKinds = Object.keys(definitionSchemas) as ArtifactKind[];

export type Definition = {
  signal: SignalDefinition;
  situation: SituationDefinition;
  segment: SegmentDefinition;
  response: ResponseDefinition;
  journey: JourneyDefinition;
  policy: PolicyDefinition;
};

/** A definition with the version and content hash it is live as. */
export type Versioned<T> = { version: number; contentHash: string; definition: T };

/**
 * Everything that is live at one moment. Journeys also carry the older versions that still have people inside, by
 * `key` then version. Suspended definitions are left out and named in `suspended`.
 */
export type Catalog = {
  epoch: number;
  signals: Map<string, Versioned<SignalDefinition>>;
  situations: Map<string, Versioned<SituationDefinition>>;
  segments: Map<string, Versioned<SegmentDefinition>>;
  responses: Map<string, Versioned<ResponseDefinition>>;
  /** Live journeys by key. */
  journeys: Map<string, Versioned<JourneyDefinition>>;
  /** Every journey version with active enrollments, by `key@version`, live ones included. */
  journeyVersions: Map<string, Versioned<JourneyDefinition>>;
  policies: {
    consent: Versioned<ConsentPolicy>;
    channels: Versioned<ChannelPolicy>;
    moderation: Versioned<ModerationPolicy>;
    holdout: Versioned<HoldoutPolicy>;
    classes: Versioned<ClassPolicy>;
  };
  suspended: { kind: ArtifactKind; key: string; reason: string }[];
  company: { name: string; timezone: string; locale: string };
};
