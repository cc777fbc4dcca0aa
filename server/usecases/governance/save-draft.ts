import type { Deps } from "#server/deps.ts";
import { canonicalJson } from "#server/domain/canonical-json.ts";
import type { ArtifactKind } from "#server/domain/definitions/catalog.ts";
import { parseDefinition } from "#server/domain/governance/validate-definition.ts";
import { AppError } from "#server/errors.ts";
import { hash16 } from "#server/ids.ts";
import type { Actor } from "./actor.ts";

export type SaveDraftInput = {
  kind: ArtifactKind;
  content: unknown;
  /** Who becomes an author: the signed-in person, also when an import made the draft on their behalf. */
  authorId: string;
  /** Revision the editor started from; left out when there is no draft yet. */
  expectedRevision?: number;
  note?: string;
};
export type SavedDraft = { artifactId: string; key: string; version: number; revision: number };

/**
 * Creates the draft of an artifact or saves it. A save that started from an older revision is refused with `conflict`: nothing
 * another author wrote is lost silently.
 */
export async function saveDraft(deps: Deps, actor: Actor, input: SaveDraftInput): Promise<SavedDraft> {
  const parsed = parseDefinition(input.kind, input.content);
  if (!parsed.ok) throw new AppError("invalid", `This ${input.kind} is not complete`, { issues: parsed.problems });
  const { key, name } = parsed.definition;
  const content = parsed.definition;
  const contentHash = hash16(canonicalJson(content));
  const at = deps.clock.now();

  return deps.transact(async (tx) => {
    const { artifacts, audit } = deps.data;
    await artifacts.insertArtifact(tx, { id: deps.newId(), kind: input.kind, key, name, createdAt: at });
    const artifact = await artifacts.lockByKey(tx, input.kind, key);
    if (artifact === null) throw new AppError("not_found", `No ${input.kind} "${key}"`);
    const draft = await artifacts.findDraft(tx, artifact.id);
    const subject = { objectKind: input.kind, objectId: key };

    if (draft === null) {
      if (input.expectedRevision !== undefined)
        throw new AppError("conflict", "This draft was submitted or discarded meanwhile. Load it again.");
      const version = await artifacts.insertDraft(tx, {
        artifactId: artifact.id,
        content,
        contentHash,
        authorId: input.authorId,
        note: input.note ?? null,
        at,
      });
      await audit.append(tx, actor, at, { ...subject, action: "draft.created", before: null, after: { version, contentHash } });
      return { artifactId: artifact.id, key, version, revision: 1 };
    }
    if (input.expectedRevision === undefined)
      throw new AppError("conflict", `There is already a draft of ${input.kind} "${key}" (version ${draft.version}).`);
    const revision = await artifacts.updateDraft(tx, {
      artifactId: artifact.id,
      version: draft.version,
      expectedRevision: input.expectedRevision,
      content,
      contentHash,
      authorId: input.authorId,
      at,
    });
    if (revision === null) throw new AppError("conflict", "Someone saved this draft after you opened it. Load it again and compare.");
    await audit.append(tx, actor, at, {
      ...subject,
      action: "draft.saved",
      before: { version: draft.version, contentHash: draft.contentHash },
      after: { version: draft.version, revision, contentHash },
    });
    return { artifactId: artifact.id, key, version: draft.version, revision };
  });
}
