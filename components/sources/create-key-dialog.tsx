"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { createKeyInput, type SourceView } from "#server/contracts/console/sources.ts";
import { type ApiScope, apiScopes, scopeMeanings } from "#server/contracts/public-api/scopes.ts";
import { ShownOnce } from "./shown-once.tsx";

type Props = { source: SourceView; open: boolean; onOpenChange: (open: boolean) => void };

/** Makes a key for one source and shows it once. */
export function CreateKeyDialog({ source, open, onOpenChange }: Props) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const [kind, setKind] = useState<"write" | "api">("write");
  const [scopes, setScopes] = useState<ApiScope[]>([]);
  const [fault, setFault] = useState<string | undefined>();
  const create = useMutation(
    trpc.sources.createKey.mutationOptions({
      onError: (error) => toast.error(messageOf(error)),
      onSettled: () => cache.invalidateQueries(trpc.sources.pathFilter()),
    }),
  );

  function close() {
    create.reset();
    setKind("write");
    setScopes([]);
    setFault(undefined);
    onOpenChange(false);
  }

  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get("name");
    const input = createKeyInput.safeParse({ sourceId: source.id, kind, name, scopes: kind === "api" ? scopes : [] });
    setFault(input.error?.issues[0]?.message);
    if (input.success) create.mutate(input.data);
  }

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title={`New key for ${source.name}`}
      description="One key for each place that uses it: then one can be revoked without stopping the others."
    >
      {create.data !== undefined ? (
        <ShownOnce label="New key" value={create.data.plain} onDone={close} />
      ) : (
        <form onSubmit={send} className="mt-5 grid gap-4">
          <Field id="key-name" name="name" label="Where it is used" placeholder="Shop backend" autoComplete="off" error={fault} />
          {source.kind === "server" && (
            <Select
              label="What it is for"
              value={kind}
              onChange={(next) => setKind(next === "api" ? "api" : "write")}
              options={[
                { value: "write", label: "Sends events" },
                { value: "api", label: "Calls the API" },
              ]}
            />
          )}
          {kind === "api" && <Scopes chosen={scopes} onChange={setScopes} />}
          <div className="flex justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" variant="primary" disabled={create.isPending || (kind === "api" && scopes.length === 0)}>
              Make the key
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function Scopes({ chosen, onChange }: { chosen: ApiScope[]; onChange: (scopes: ApiScope[]) => void }) {
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 font-medium">What it may do</legend>
      {apiScopes.map((scope) => (
        <label key={scope} className="flex items-start gap-2.5">
          <input
            type="checkbox"
            checked={chosen.includes(scope)}
            onChange={(event) => onChange(event.target.checked ? [...chosen, scope] : chosen.filter((each) => each !== scope))}
            className="mt-1 size-4 accent-accent"
          />
          <span>
            {scopeMeanings[scope]} <code className="font-mono text-xs text-ink-soft">{scope}</code>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
