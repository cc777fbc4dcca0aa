import type { Deps } from "#server/deps.ts";
import type { ArtifactKind } from "#server/domain/definitions/catalog.ts";

/** Definitions as one file: what moves between deployments. Import of an export gives the same content hashes. */
export type ArtifactFile = {
  format: "tact.artifacts";
  formatVersion: 1;
  artifacts: { kind: ArtifactKind; key: string; version: number; content: unknown }[];
};

export async function exportArtifacts(deps: Deps, filter: { kind?: ArtifactKind; key?: string } = {}): Promise<ArtifactFile> {
  const live = await deps.data.artifacts.listLive(deps.pool);
  const artifacts = live.filter(
    (entry) => (filter.kind === undefined || entry.kind === filter.kind) && (filter.key === undefined || entry.key === filter.key),
  );
  return { format: "tact.artifacts", formatVersion: 1, artifacts };
}
