"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { Time } from "#components/app/time.tsx";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { roleSchema } from "#server/contracts/console/settings.ts";
import { roleOptions } from "./role-options.ts";

/** Makes a link that works once, for one role. */
export function InviteDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const trpc = useTRPC();
  const [role, setRole] = useState("compliance");
  const invite = useMutation(trpc.people.invite.mutationOptions({ onError: (error) => toast.error(messageOf(error)) }));

  function close(next: boolean) {
    if (!next) invite.reset();
    onOpenChange(next);
  }

  function send() {
    const parsed = roleSchema.safeParse(role);
    if (parsed.success) invite.mutate({ role: parsed.data });
  }

  async function copy(url: string) {
    try {
      await navigator.clipboard.writeText(url);
      toast.success("The link is copied.");
    } catch {
      toast.error("The browser did not allow copying. Select the link and copy it.");
    }
  }

  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title="Invite a colleague"
      description="Whoever opens the link chooses a name and a password. It works once."
    >
      {invite.data === undefined ? (
        <div className="mt-5 flex flex-wrap justify-between gap-2">
          <Select label="Role" value={role} onChange={setRole} options={roleOptions} className="w-44" />
          <Button variant="primary" disabled={invite.isPending} onClick={send}>
            Make a link
          </Button>
        </div>
      ) : (
        <div className="mt-5 grid gap-2">
          <div className="flex gap-2">
            <Input
              readOnly
              aria-label="Invitation link"
              value={invite.data.url}
              onFocus={(event) => event.target.select()}
              className="font-mono text-[13px]"
            />
            <Button onClick={() => void copy(invite.data.url)}>Copy</Button>
          </div>
          <p className="text-[13px] text-ink-soft">
            It is shown only now, and good until <Time at={invite.data.expiresAt} />.
          </p>
        </div>
      )}
    </Dialog>
  );
}
