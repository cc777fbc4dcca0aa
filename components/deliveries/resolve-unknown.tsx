"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { useMay } from "#components/app/session.tsx";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Dialog } from "#components/ui/dialog.tsx";

const consequences = {
  delivered: "It counts as help the customer has had: toward caps, cooldowns and duplicates, and as delivered in the numbers.",
  failed: "It counts as help that reached nobody. Its step is over all the same: you may be wrong, and nobody gets the same help twice.",
} as const;

/** What to do about a message whose provider never answered, and the two ways to end the doubt. */
export function ResolveUnknown({ id }: { id: string }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const may = useMay("deliveries.resolve");
  const [as, setAs] = useState<"delivered" | "failed" | null>(null);
  const resolve = useMutation(
    trpc.deliveries.resolve.mutationOptions({
      onSuccess: () => toast.success("The message is marked."),
      onError: (error) => toast.error(messageOf(error)),
      onSettled: () => cache.invalidateQueries(trpc.deliveries.pathFilter()),
    }),
  );
  return (
    <Card title="What to do" id="what-to-do">
      <p className="text-pretty">
        The call to the provider began and its answer never came, so the customer may have the message or not. Look for the id of this
        message in the provider’s log, or ask the customer. It is never sent again, whatever you mark.
      </p>
      {may ? (
        <div className="mt-3 flex flex-wrap gap-2">
          <Button onClick={() => setAs("delivered")}>Mark as delivered</Button>
          <Button onClick={() => setAs("failed")}>Mark as failed</Button>
        </div>
      ) : (
        <p className="mt-2 text-[13px] text-ink-soft">An administrator or a support lead can mark it.</p>
      )}
      <Dialog
        open={as !== null}
        onOpenChange={(open) => !open && setAs(null)}
        title={`Mark as ${as ?? ""}?`}
        description={as === null ? undefined : `${consequences[as]} Your name is written into the audit trail.`}
      >
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={() => setAs(null)}>Cancel</Button>
          <Button
            variant="primary"
            disabled={resolve.isPending}
            onClick={() => {
              if (as !== null) resolve.mutate({ id, as });
              setAs(null);
            }}
          >
            Mark it
          </Button>
        </div>
      </Dialog>
    </Card>
  );
}
