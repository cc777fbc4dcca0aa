import type { Deps } from "#server/deps.ts";
import { canonicalJson } from "#server/domain/canonical-json.ts";
import type { ArtifactKind } from "#server/domain/definitions/catalog.ts";
import { parseDefinition } from "#server/domain/governance/validate-definition.ts";
import { AppError, type FieldIssue } from "#server/errors.ts";
import { hash16 } from "#server/ids.ts";
import type { Actor } from "./actor.ts";
import { saveDraft } from "./save-draft.ts";

export type ImportInput = { artifacts: readonly { kind: ArtifactKind; key: string; content: unknown }[]; authorId: string };
export type ImportResult = { kind: ArtifactKind; key: string; result: "draft_created" | "unchanged"; version: number }[];

/**
 * Makes drafts; nothing goes live by an import. The file is checked as a whole first: one wrong entry and nothing is imported.
 * An entry equal to what is live, or to the draft there already is, changes nothing; a different open draft is a conflict.
 */
export async function importArtifacts(deps: Deps, actor: Actor, input: ImportInput): Promise<ImportResult> {
  const issues: FieldIssue[] = [];
  for (const [index, entry] of input.artifacts.entries()) {
    const parsed = parseDefinition(entry.kind, entry.content);
    if (!parsed.ok)
      issues.push(
        ...parsed.problems.map((problem) => ({ field: `artifacts.${index}.content.${problem.field}`, message: problem.message })),
      );
    else if (parsed.definition.key !== entry.key)
      issues.push({ field: `artifacts.${index}.key`, message: `differs from the key in its content, "${parsed.definition.key}"` });
  }
  if (issues.length > 0) throw new AppError("invalid", "The file has faults; nothing was imported", { issues });

  const results: ImportResult = [];
  for (const entry of input.artifacts) {
    const hash = hash16(canonicalJson(entry.content));
    const known = await deps.data.artifacts.findCurrent(deps.pool, entry.kind, entry.key);
    const same = known.find((version) => version.contentHash === hash);
    if (same !== undefined) {
      results.push({ kind: entry.kind, key: entry.key, result: "unchanged", version: same.version });
      continue;
    }
    const draft = await saveDraft(deps, actor, { kind: entry.kind, content: entry.content, authorId: input.authorId, note: "imported" });
    results.push({ kind: entry.kind, key: entry.key, result: "draft_created", version: draft.version });
  }
  return results;
}
