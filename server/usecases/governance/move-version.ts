import type { ArtifactRow, VersionRow } from "#server/data/artifacts.ts";
import type { Sql } from "#server/data/pool.ts";
import type { Deps } from "#server/deps.ts";
import type { ArtifactKind } from "#server/domain/definitions/catalog.ts";
import { canGoLive, type Refusal, type ReviewVerdict, refuseLive, refuseReview } from "#server/domain/governance/life-cycle.ts";
import { parseDefinition, validateDefinition } from "#server/domain/governance/validate-definition.ts";
import { AppError } from "#server/errors.ts";
import type { Actor } from "./actor.ts";

export type VersionRef = { kind: ArtifactKind; key: string; version: number };

async function load(deps: Deps, tx: Sql, ref: VersionRef): Promise<{ artifact: ArtifactRow; version: VersionRow }> {
  const artifact = await deps.data.artifacts.lockByKey(tx, ref.kind, ref.key);
  const version = artifact === null ? null : await deps.data.artifacts.findVersion(tx, artifact.id, ref.version);
  if (artifact === null || version === null) throw new AppError("not_found", `No version ${ref.version} of ${ref.kind} "${ref.key}"`);
  return { artifact, version };
}

function refuse(refusal: Refusal | null): void {
  if (refusal === null) return;
  throw new AppError(refusal.code === "not_submitted" ? "conflict" : "forbidden", refusal.message);
}

function userOf(actor: Actor): string {
  if (actor.kind !== "user") throw new AppError("forbidden", "Only a signed-in person can do this.");
  return actor.id;
}

/** Freezes a draft for review. What it refers to must be live already. */
export async function submitVersion(deps: Deps, actor: Actor, ref: VersionRef): Promise<void> {
  const by = userOf(actor);
  const at = deps.clock.now();
  const catalog = await deps.catalog.get();
  await deps.transact(async (tx) => {
    const { artifact, version } = await load(deps, tx, ref);
    const parsed = parseDefinition(ref.kind, version.content);
    if (!parsed.ok) throw new AppError("invalid", `This ${ref.kind} is not complete`, { issues: parsed.problems });
    const problems = validateDefinition(ref.kind, parsed.definition, catalog);
    if (problems.length > 0) throw new AppError("invalid", `This ${ref.kind} cannot be submitted yet`, { issues: problems });
    const moved = await deps.data.artifacts.moveVersion(tx, {
      artifactId: artifact.id,
      version: ref.version,
      from: ["draft"],
      to: "submitted",
      at,
      by,
    });
    if (!moved) throw new AppError("conflict", `Only a draft can be submitted; this version is ${version.status}.`);
    await deps.data.audit.append(tx, actor, at, {
      action: "version.submitted",
      objectKind: ref.kind,
      objectId: ref.key,
      before: { status: version.status },
      after: { version: ref.version, status: "submitted", contentHash: version.contentHash },
    });
  });
}

export type ReviewInput = VersionRef & {
  verdict: ReviewVerdict;
  comment: string;
  /** Hash of the content the reviewer had on the screen. */
  contentHash: string;
};

/**
 * Approves, rejects or asks for changes. The four-eyes rule is checked here, inside the transaction, against the account as it is
 * now; the approval is of exactly the content the reviewer saw.
 */
export async function reviewVersion(deps: Deps, actor: Actor, input: ReviewInput): Promise<void> {
  const approverId = userOf(actor);
  const at = deps.clock.now();
  await deps.transact(async (tx) => {
    const { artifact, version } = await load(deps, tx, input);
    const approver = await deps.data.artifacts.findApprover(tx, approverId);
    if (approver === null) throw new AppError("unauthenticated", "This account does not exist any more.");
    refuse(refuseReview(version, approver));
    if (version.contentHash !== input.contentHash)
      throw new AppError("conflict", "This version changed after you opened it. Read it again.");
    await deps.data.artifacts.insertApproval(tx, {
      id: deps.newId(),
      artifactId: artifact.id,
      version: input.version,
      approverId,
      verdict: input.verdict,
      comment: input.comment,
      contentHash: version.contentHash,
      at,
    });
    const to = input.verdict === "approved" ? "approved" : "rejected";
    await deps.data.artifacts.moveVersion(tx, {
      artifactId: artifact.id,
      version: input.version,
      from: ["submitted"],
      to,
      at,
      by: approverId,
    });
    await deps.data.audit.append(tx, actor, at, {
      action: `version.${input.verdict}`,
      objectKind: input.kind,
      objectId: input.key,
      before: { status: "submitted" },
      after: { version: input.version, status: to, contentHash: version.contentHash, comment: input.comment },
    });
  });
}

/** Makes an approved version the live one; the version before it is superseded. Also restores an older version (one-click rollback). */
export async function goLive(deps: Deps, actor: Actor, ref: VersionRef): Promise<void> {
  const at = deps.clock.now();
  await deps.transact(async (tx) => {
    const { artifact, version } = await load(deps, tx, ref);
    if (!canGoLive(version.status)) throw new AppError("conflict", `Only an approved version can go live; this one is ${version.status}.`);
    refuse(refuseLive(version, await deps.data.artifacts.listApprovals(tx, artifact.id, ref.version)));
    const parsed = parseDefinition(ref.kind, version.content);
    if (!parsed.ok) throw new AppError("invalid", `This ${ref.kind} is not complete`, { issues: parsed.problems });
    if (artifact.liveVersion !== null) {
      await deps.data.artifacts.moveVersion(tx, {
        artifactId: artifact.id,
        version: artifact.liveVersion,
        from: ["live"],
        to: "superseded",
        at,
        by: null,
      });
    }
    await deps.data.artifacts.moveVersion(tx, {
      artifactId: artifact.id,
      version: ref.version,
      from: [version.status],
      to: "live",
      at,
      by: null,
    });
    await deps.data.artifacts.setLive(tx, artifact.id, ref.version, parsed.definition.name);
    await deps.data.artifacts.bumpCatalogEpoch(tx, at);
    await deps.data.audit.append(tx, actor, at, {
      action: "version.live",
      objectKind: ref.kind,
      objectId: ref.key,
      before: { liveVersion: artifact.liveVersion },
      after: { liveVersion: ref.version, contentHash: version.contentHash },
    });
  });
  deps.queue.ring("wake");
}

/** Takes a definition out of use. People inside a retired journey stay where they are until they are moved or ended. */
export async function retireArtifact(deps: Deps, actor: Actor, ref: { kind: ArtifactKind; key: string }): Promise<void> {
  const at = deps.clock.now();
  await deps.transact(async (tx) => {
    const artifact = await deps.data.artifacts.lockByKey(tx, ref.kind, ref.key);
    if (artifact === null) throw new AppError("not_found", `No ${ref.kind} "${ref.key}"`);
    if (artifact.liveVersion === null) throw new AppError("conflict", `${ref.kind} "${ref.key}" is not live.`);
    await deps.data.artifacts.moveVersion(tx, {
      artifactId: artifact.id,
      version: artifact.liveVersion,
      from: ["live"],
      to: "retired",
      at,
      by: null,
    });
    await deps.data.artifacts.setRetired(tx, artifact.id, at);
    await deps.data.artifacts.bumpCatalogEpoch(tx, at);
    await deps.data.audit.append(tx, actor, at, {
      action: "artifact.retired",
      objectKind: ref.kind,
      objectId: ref.key,
      before: { liveVersion: artifact.liveVersion },
      after: { liveVersion: null },
    });
  });
}
