import { describe, expect, it } from "vitest";
import { canGoLive, refuseLive, refuseReview, versionStatuses } from "./life-cycle.ts";

const submitted = { status: "submitted", authors: ["ann", "bob"], submittedBy: "bob" } as const;
const officer = { id: "cleo", role: "compliance", disabled: false };

describe("review", () => {
  it("is open to a compliance officer who wrote nothing of the version", () => {
    expect(refuseReview(submitted, officer)).toBeNull();
  });
  it("is closed to every author and to the submitter, also when they hold an approving role", () => {
    for (const id of ["ann", "bob"]) expect(refuseReview(submitted, { id, role: "admin", disabled: false })?.code).toBe("own_work");
    expect(refuseReview({ ...submitted, authors: ["ann"] }, { ...officer, id: "bob" })?.code).toBe("own_work");
  });
  it("is closed to other roles and to disabled accounts", () => {
    expect(refuseReview(submitted, { ...officer, role: "marketer" })?.code).toBe("not_an_approver");
    expect(refuseReview(submitted, { ...officer, disabled: true })?.code).toBe("not_an_approver");
  });
  it("is possible in one status only", () => {
    for (const status of versionStatuses.filter((s) => s !== "submitted")) {
      expect(refuseReview({ ...submitted, status }, officer)?.code).toBe("not_submitted");
    }
  });
});

describe("going live", () => {
  const version = { authors: ["ann"], contentHash: "h1" };
  it("needs an approval of exactly this content by somebody else", () => {
    expect(refuseLive(version, [{ approverId: "cleo", verdict: "approved", contentHash: "h1" }])).toBeNull();
    expect(refuseLive(version, [{ approverId: "cleo", verdict: "approved", contentHash: "h0" }])?.code).toBe("not_approved");
    expect(refuseLive(version, [{ approverId: "ann", verdict: "approved", contentHash: "h1" }])?.code).toBe("not_approved");
    expect(refuseLive(version, [{ approverId: "cleo", verdict: "rejected", contentHash: "h1" }])?.code).toBe("not_approved");
    expect(refuseLive(version, [])?.code).toBe("not_approved");
  });
  it("starts from approved versions only", () => {
    expect(versionStatuses.filter(canGoLive)).toEqual(["approved", "superseded", "retired"]);
  });
});
