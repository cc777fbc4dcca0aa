"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { useMay } from "#components/app/session.tsx";
import { useHydrated } from "#components/app/use-hydrated.ts";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { type SourceView, setOriginsInput } from "#server/contracts/console/sources.ts";
import { ShownOnce } from "./shown-once.tsx";
import { originsOf } from "./sources-view.ts";

/** From which web pages a browser source may be used, and how it proves who is signed in. */
export function BrowserAccess({ view }: { view: SourceView }) {
  return (
    <Card title="Web pages" id="web-pages">
      <div className="grid gap-5">
        <Origins view={view} />
        <Secret view={view} />
      </div>
    </Card>
  );
}

function Origins({ view }: { view: SourceView }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const manage = useMay("sources.manage");
  const hydrated = useHydrated();
  const [text, setText] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const save = useMutation(
    trpc.sources.setOrigins.mutationOptions({
      onSuccess: () => {
        setText(null);
        toast.success("The origins count within five seconds.");
      },
      onError: (error) => toast.error(messageOf(error)),
      onSettled: () => cache.invalidateQueries(trpc.sources.pathFilter()),
    }),
  );

  function send(event: FormEvent) {
    event.preventDefault();
    const origins = originsOf(text ?? "");
    const input = setOriginsInput.safeParse({ sourceId: view.id, origins });
    const issue = input.error?.issues[0];
    const at = issue?.path[1];
    setFault(issue === undefined ? null : `${typeof at === "number" ? `${origins[at]}: ` : ""}${issue.message}`);
    if (input.success) save.mutate(input.data);
  }

  return (
    <form onSubmit={send} className="grid gap-1.5">
      <label htmlFor="origins" className="font-medium">
        Allowed origins
      </label>
      <textarea
        id="origins"
        rows={Math.max(3, view.allowedOrigins.length)}
        readOnly={!manage || !hydrated}
        value={text ?? view.allowedOrigins.join("\n")}
        onChange={(event) => setText(event.target.value)}
        aria-invalid={fault !== null || undefined}
        aria-describedby={fault === null ? "origins-hint" : "origins-hint origins-fault"}
        spellCheck={false}
        className="w-full rounded-md border border-line-strong/70 bg-surface px-3 py-2 font-mono text-[13px] aria-invalid:border-bad"
      />
      <p id="origins-hint" className="text-[13px] text-ink-soft">
        One per line, as browsers send it: scheme, host and port, such as https://shop.example. A star allows every page.
        {view.allowedOrigins.length === 0 && " None is allowed now, so no page can send."}
      </p>
      {fault !== null && (
        <p id="origins-fault" role="alert" className="text-[13px] text-bad">
          {fault}
        </p>
      )}
      {text !== null && (
        <div className="mt-1 flex gap-2">
          <Button type="submit" variant="primary" size="sm" disabled={save.isPending}>
            Save origins
          </Button>
          <Button
            size="sm"
            onClick={() => {
              setText(null);
              setFault(null);
            }}
          >
            Undo
          </Button>
        </div>
      )}
    </form>
  );
}

function Secret({ view }: { view: SourceView }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const manage = useMay("sources.manage");
  const [open, setOpen] = useState(false);
  const rotate = useMutation(
    trpc.sources.rotateSecret.mutationOptions({
      onError: (error) => toast.error(messageOf(error)),
      onSettled: () => cache.invalidateQueries(trpc.sources.pathFilter()),
    }),
  );
  function close() {
    rotate.reset();
    setOpen(false);
  }
  return (
    <div>
      <h3 className="flex items-center gap-2 font-medium">
        Secret for signed-in users
        {view.hasSecret ? <Badge tone="good">set</Badge> : <Badge tone="warn">none</Badge>}
      </h3>
      <p className="mt-0.5 text-[13px] text-pretty text-ink-soft">
        A page proves who is signed in by <code className="font-mono">context.userHash</code>: the hex HMAC-SHA256 of the userId, made on
        your server with this secret as the key. Without the proof a page speaks for its visitor only.
      </p>
      {manage && (
        <Button size="sm" className="mt-2" onClick={() => setOpen(true)}>
          {view.hasSecret ? "Replace the secret" : "Make a secret"}
        </Button>
      )}
      <Dialog
        open={open}
        onOpenChange={(next) => (next ? setOpen(true) : close())}
        title={view.hasSecret ? "Replace the secret?" : "Make a secret?"}
        description="The old one, if there is one, proves nothing any more within five seconds: until your server uses the new one, signed-in users count as visitors, and their events cannot lead to messages."
      >
        {rotate.data !== undefined ? (
          <ShownOnce label="New secret" value={rotate.data.secret} onDone={close} />
        ) : (
          <div className="mt-5 flex justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <Button variant="danger" disabled={rotate.isPending} onClick={() => rotate.mutate({ id: view.id })}>
              {view.hasSecret ? "Replace it" : "Make it"}
            </Button>
          </div>
        )}
      </Dialog>
    </div>
  );
}
