import type * as z from "zod";
import type { auditInput, auditOutput, auditVerificationSchema } from "#server/contracts/console/audit.ts";
import { PAGE_SIZE, toPage } from "#server/contracts/console/paging.ts";
import type { Deps } from "#server/deps.ts";
import { verifyAudit } from "../governance/verify-audit.ts";

/** The audit trail, newest first. */
export async function readAudit(deps: Deps, input: z.infer<typeof auditInput>): Promise<z.infer<typeof auditOutput>> {
  const rows = await deps.data.consoleAudit.list(await deps.db(), {
    objectKind: input.objectKind,
    actorId: null,
    beforeSeq: input.cursor ?? null,
    limit: PAGE_SIZE + 1,
  });
  const page = toPage(rows, PAGE_SIZE, (row) => row.seq);
  return {
    next: page.next,
    items: page.items.map(({ actorName, actorId, before, after, ...row }) => ({
      ...row,
      actor: actorName ?? actorId,
      before: textOf(before),
      after: textOf(after),
    })),
  };
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value, null, 2);
}

/** The kinds of things that were ever changed. */
export function listAuditKinds(deps: Deps): Promise<string[]> {
  return deps.data.consoleAudit.listObjectKinds(deps.pool);
}

/** Recomputes every hash of the trail and says whether any entry was changed, removed or put in. */
export async function verifyTrail(deps: Deps): Promise<z.infer<typeof auditVerificationSchema>> {
  const result = await verifyAudit(deps);
  return {
    ok: result.ok,
    entries: result.entries,
    brokenAt: result.ok ? null : result.brokenAt,
    reason: result.ok ? null : result.reason,
    head: result.ok ? result.head : null,
    checkedAt: deps.clock.now(),
  };
}
