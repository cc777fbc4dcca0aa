"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { useMay } from "#components/app/session.tsx";
import { Time } from "#components/app/time.tsx";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { SourceKey, SourceView } from "#server/contracts/console/sources.ts";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { ShownOnce } from "./shown-once.tsx";
import { whatStops } from "./sources-view.ts";

/** The keys of one source: a new one is shown once, an old one works until it is revoked. */
export function KeysCard({ view }: { view: SourceView }) {
  const manage = useMay("sources.manage");
  const [creating, setCreating] = useState(false);
  const [rotating, setRotating] = useState<SourceKey | null>(null);
  const [revoking, setRevoking] = useState<SourceKey | null>(null);
  return (
    <Card
      title="Keys"
      id="keys"
      flush
      aside={
        manage && (
          <Button size="sm" onClick={() => setCreating(true)}>
            New key
          </Button>
        )
      }
    >
      {view.keys.length === 0 ? (
        <p className="p-4 text-ink-soft">No key yet: nothing can be sent to this source.</p>
      ) : (
        <Table label="Keys">
          <thead>
            <tr>
              <Th>Key</Th>
              <Th>May</Th>
              <Th>Made</Th>
              <Th>Last used</Th>
              {manage && (
                <Th>
                  <span className="sr-only">Actions</span>
                </Th>
              )}
            </tr>
          </thead>
          <tbody>
            {view.keys.map((key) => (
              <Tr key={key.id}>
                <Td>
                  <span className="font-mono whitespace-nowrap">{key.prefix}…</span>{" "}
                  {key.revokedAt === null ? <Badge tone="good">works</Badge> : <Badge tone="bad">revoked</Badge>}
                  <span className="block text-[13px] text-ink-soft">{key.name}</span>
                </Td>
                <Td className="min-w-40 text-[13px] text-ink-soft">{key.kind === "write" ? "send events" : key.scopes.join(", ")}</Td>
                <Td className="text-ink-soft">
                  <Time at={key.createdAt} style="day" />
                </Td>
                <Td className="text-ink-soft">{key.lastUsedAt === null ? "never" : <Time at={key.lastUsedAt} relative />}</Td>
                {manage && (
                  <Td className="text-right whitespace-nowrap">
                    {key.revokedAt === null ? (
                      <>
                        <Button size="sm" variant="quiet" aria-label={`Rotate ${key.prefix}`} onClick={() => setRotating(key)}>
                          Rotate
                        </Button>
                        <Button size="sm" variant="quiet" aria-label={`Revoke ${key.prefix}`} onClick={() => setRevoking(key)}>
                          Revoke
                        </Button>
                      </>
                    ) : (
                      <span className="text-[13px] text-ink-soft">
                        since <Time at={key.revokedAt} relative />
                      </span>
                    )}
                  </Td>
                )}
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
      <CreateKeyDialog source={view} open={creating} onOpenChange={setCreating} />
      <RotateDialog replaced={rotating} onClose={() => setRotating(null)} />
      <RevokeDialog revoked={revoking} source={view} onClose={() => setRevoking(null)} />
    </Card>
  );
}

function RotateDialog({ replaced, onClose }: { replaced: SourceKey | null; onClose: () => void }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const rotate = useMutation(
    trpc.sources.rotateKey.mutationOptions({
      onError: (error) => toast.error(messageOf(error)),
      onSettled: () => cache.invalidateQueries(trpc.sources.pathFilter()),
    }),
  );
  function close() {
    rotate.reset();
    onClose();
  }
  return (
    <Dialog
      open={replaced !== null}
      onOpenChange={(open) => !open && close()}
      title={`Rotate ${replaced?.prefix ?? ""}…`}
      description="A new key is made that may do the same. The old one goes on working: put the new one in place, see that it is used, then revoke the old one."
    >
      {rotate.data !== undefined ? (
        <ShownOnce label="New key" value={rotate.data.plain} onDone={close} />
      ) : (
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button
            variant="primary"
            disabled={rotate.isPending}
            onClick={() => {
              if (replaced !== null) rotate.mutate({ keyId: replaced.id });
            }}
          >
            Make the new key
          </Button>
        </div>
      )}
    </Dialog>
  );
}

function RevokeDialog({ revoked, source, onClose }: { revoked: SourceKey | null; source: SourceView; onClose: () => void }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const revoke = useMutation(
    trpc.sources.revokeKey.mutationOptions({
      onSuccess: () => toast.success("The key is revoked."),
      onError: (error) => toast.error(messageOf(error)),
      onSettled: () => cache.invalidateQueries(trpc.sources.pathFilter()),
    }),
  );
  return (
    <Dialog
      open={revoked !== null}
      onOpenChange={(open) => !open && onClose()}
      title={`Revoke ${revoked?.prefix ?? ""}…?`}
      description={
        revoked !== null && (
          <span className="grid gap-1.5">
            {whatStops(revoked, source).map((sentence) => (
              <span key={sentence}>{sentence}</span>
            ))}
            <span>
              {revoked.lastUsedAt === null ? (
                "It was never used."
              ) : (
                <>
                  It was last used <Time at={revoked.lastUsedAt} relative />.
                </>
              )}
            </span>
          </span>
        )
      }
    >
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>Keep</Button>
        <Button
          variant="danger"
          onClick={() => {
            if (revoked !== null) revoke.mutate({ keyId: revoked.id });
            onClose();
          }}
        >
          Revoke
        </Button>
      </div>
    </Dialog>
  );
}
