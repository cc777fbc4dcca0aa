/**
 * One life cycle for every governed definition (DESIGN §8): draft → submitted → approved → live → superseded. A rejected version
 * stays as it was read; the author goes on in a new draft. What is submitted is frozen.
 */
export const versionStatuses = ["draft", "submitted", "approved", "rejected", "live", "superseded", "retired"] as const;
export type VersionStatus = (typeof versionStatuses)[number];

export type ReviewVerdict = "approved" | "rejected" | "changes_requested";

export type Refusal = { code: string; message: string };

/** Roles that may approve. */
export const approverRoles = ["compliance", "admin"] as const;

type Approver = { id: string; role: string; disabled: boolean };
type Reviewed = { status: VersionStatus; authors: readonly string[]; submittedBy: string | null };

/** Four eyes: who wrote or submitted any part of a version can never approve it, whatever role they hold. Null means: may review. */
export function refuseReview(version: Reviewed, approver: Approver): Refusal | null {
  if (version.status !== "submitted") {
    return { code: "not_submitted", message: `Only a submitted version can be reviewed; this one is ${version.status}.` };
  }
  if (approver.disabled || !approverRoles.some((role) => role === approver.role)) {
    return { code: "not_an_approver", message: "Only a compliance officer or an administrator can review." };
  }
  if (version.authors.includes(approver.id) || version.submittedBy === approver.id) {
    return { code: "own_work", message: "You wrote or submitted this version. Someone else has to review it." };
  }
  return null;
}

/** What an approval must look like for its version to be live: by somebody who is no author, over exactly this content. */
export type ApprovalFact = { approverId: string; verdict: ReviewVerdict; contentHash: string };

/**
 * Null when `contentHash` was approved by someone other than its authors. Checked when going live and again each time live
 * definitions are loaded, so that a row changed behind the product's back is never used.
 */
export function refuseLive(
  version: { authors: readonly string[]; contentHash: string },
  approvals: readonly ApprovalFact[],
): Refusal | null {
  const good = approvals.some(
    (approval) =>
      approval.verdict === "approved" && approval.contentHash === version.contentHash && !version.authors.includes(approval.approverId),
  );
  return good ? null : { code: "not_approved", message: "This content was not approved by someone other than its author." };
}

/** Statuses from which a version can go live: freshly approved, or approved once and now being restored. */
export function canGoLive(status: VersionStatus): boolean {
  return status === "approved" || status === "superseded" || status === "retired";
}
