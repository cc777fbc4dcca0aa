"use client";
import { useMutation } from "@tanstack/react-query";
import { CircleCheck, Link2, OctagonAlert } from "lucide-react";
import { formatCount } from "#components/app/number.ts";
import { Time } from "#components/app/time.tsx";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { Button } from "#components/ui/button.tsx";

const reasons: Record<string, string> = {
  sequence: "an entry is missing",
  previous_hash: "an entry does not follow the one before",
  hash: "an entry was changed",
  anchor: "it does not match what was written down",
};

/** Recomputes the whole chain on demand and says whether it holds. */
export function ChainState() {
  const trpc = useTRPC();
  const check = useMutation(trpc.audit.verify.mutationOptions());
  const result = check.data;
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-3 rounded-lg border bg-surface px-4 py-3 shadow-card">
      <p aria-live="polite" className="flex min-w-0 items-start gap-2">
        {result === undefined ? (
          <>
            <Link2 aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-soft" />
            <span>{check.isError ? messageOf(check.error) : "The chain can be checked at any time, entry by entry."}</span>
          </>
        ) : result.ok ? (
          <>
            <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
            <span className="min-w-0">
              The chain holds: {formatCount(result.entries)} entries, checked <Time at={result.checkedAt} relative />.
              <span className="block font-mono text-xs break-all text-ink-soft">head {result.head}</span>
            </span>
          </>
        ) : (
          <>
            <OctagonAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
            <span className="text-bad">
              The chain is broken at entry {result.brokenAt}: {reasons[result.reason ?? ""] ?? result.reason}.
            </span>
          </>
        )}
      </p>
      <Button size="sm" disabled={check.isPending} onClick={() => check.mutate()}>
        {check.isPending ? "Checking…" : "Check the chain"}
      </Button>
    </div>
  );
}
