import type { Deps } from "#server/deps.ts";
import type { ArtifactKind } from "#server/domain/definitions/catalog.ts";
import { goLive, reviewVersion, submitVersion } from "#server/usecases/governance/move-version.ts";
import { saveDraft } from "#server/usecases/governance/save-draft.ts";
import { benchJourneys } from "./world/journeys.ts";
import { benchPolicies } from "./world/policies.ts";
import { benchResponses } from "./world/responses.ts";
import { benchSegments, benchSignals, benchSituations } from "./world/situations.ts";

export type Definition = { kind: ArtifactKind; content: { key: string } };

/** Sets definitions live the way people do: written by one, approved by another. */
export async function publish(deps: Deps, definitions: readonly Definition[]): Promise<void> {
  const [author, approver] = [await accountOf(deps, "marketer"), await accountOf(deps, "compliance")];
  for (const { kind, content } of definitions) {
    const draft = await saveDraft(deps, author, { kind, content, authorId: author.id });
    const ref = { kind, key: content.key, version: draft.version };
    await submitVersion(deps, author, ref);
    const contentHash = await deps.data.artifacts.contentHashOf(deps.pool, draft.artifactId, draft.version);
    await reviewVersion(deps, approver, { ...ref, verdict: "approved", comment: "for measuring", contentHash });
    await goLive(deps, author, ref);
  }
}

async function accountOf(deps: Deps, role: string): Promise<{ kind: "user"; id: string; ip: null }> {
  const email = `${role}@bench.example`;
  const account = { id: deps.newId(), email, name: role, role, passwordHash: "nobody signs in", createdAt: deps.clock.now() };
  await deps.data.users.insert(deps.pool, account);
  const known = await deps.data.users.findByEmail(deps.pool, email);
  if (known === null) throw new Error(`there is no account for ${email}`);
  return { kind: "user", id: known.id, ip: null };
}

/** 20 signals, 5 situations and 10 journeys, with what they refer to. */
export async function publishWorld(deps: Deps): Promise<void> {
  await publish(deps, [
    ...benchPolicies(deps.clock.now()).map((content) => ({ kind: "policy" as const, content })),
    ...benchSignals.map((content) => ({ kind: "signal" as const, content })),
    ...benchSegments.map((content) => ({ kind: "segment" as const, content })),
    ...benchSituations.map((content) => ({ kind: "situation" as const, content })),
    ...benchResponses.map((content) => ({ kind: "response" as const, content })),
    ...benchJourneys.map((content) => ({ kind: "journey" as const, content })),
  ]);
}
