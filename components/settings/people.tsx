"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { useMay } from "#components/app/session.tsx";
import { Time } from "#components/app/time.tsx";
import { messageOf, useTRPC } from "#components/rpc/client.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Select } from "#components/ui/select.tsx";
import { Failure, SkeletonRows } from "#components/ui/states.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { type PersonView, roleSchema } from "#server/contracts/console/settings.ts";
import { InviteDialog } from "./invite-dialog.tsx";
import { roleOptions } from "./role-options.ts";

/** Who may sign in, and as what. */
export function People() {
  const trpc = useTRPC();
  const manage = useMay("people.manage");
  const [inviting, setInviting] = useState(false);
  const people = useQuery(trpc.people.list.queryOptions());
  return (
    <Card
      title="People"
      id="people"
      flush
      aside={
        manage && (
          <Button size="sm" onClick={() => setInviting(true)}>
            Invite
          </Button>
        )
      }
    >
      {people.data === undefined ? (
        people.isError ? (
          <Failure message={messageOf(people.error)} onRetry={() => void people.refetch()} />
        ) : (
          <SkeletonRows rows={4} />
        )
      ) : (
        <PeopleTable people={people.data} manage={manage} />
      )}
      <InviteDialog open={inviting} onOpenChange={setInviting} />
    </Card>
  );
}

function PeopleTable({ people, manage }: { people: PersonView[]; manage: boolean }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const [disabling, setDisabling] = useState<PersonView | null>(null);
  const settled = {
    onError: (error: unknown) => toast.error(messageOf(error)),
    onSettled: () => cache.invalidateQueries(trpc.people.list.queryFilter()),
  };
  const changeRole = useMutation(
    trpc.people.changeRole.mutationOptions({ ...settled, onSuccess: () => toast.success("The role counts from their next click.") }),
  );
  const setDisabled = useMutation(trpc.people.setDisabled.mutationOptions(settled));
  return (
    <>
      <Table label="People">
        <thead>
          <tr>
            <Th>Name</Th>
            <Th>Role</Th>
            <Th>Since</Th>
            {manage && (
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            )}
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <Tr key={person.id}>
              <Td>
                <span className="font-medium">{person.name}</span> {person.self && <Badge>you</Badge>}{" "}
                {person.disabledAt !== null && <Badge tone="bad">disabled</Badge>}
                <span className="block text-[13px] text-ink-soft">{person.email}</span>
              </Td>
              <Td>
                {manage && person.disabledAt === null ? (
                  <Select
                    label={`Role of ${person.name}`}
                    value={person.role}
                    disabled={changeRole.isPending}
                    onChange={(value) => {
                      const role = roleSchema.safeParse(value);
                      if (role.success && role.data !== person.role) changeRole.mutate({ userId: person.id, role: role.data });
                    }}
                    options={roleOptions}
                    className="w-40"
                  />
                ) : (
                  person.roleName
                )}
              </Td>
              <Td className="text-ink-soft">
                <Time at={person.createdAt} style="day" />
              </Td>
              {manage && (
                <Td className="text-right">
                  {person.disabledAt === null ? (
                    <Button size="sm" variant="quiet" onClick={() => setDisabling(person)}>
                      Disable
                    </Button>
                  ) : (
                    <Button size="sm" variant="quiet" onClick={() => setDisabled.mutate({ userId: person.id, disabled: false })}>
                      Enable
                    </Button>
                  )}
                </Td>
              )}
            </Tr>
          ))}
        </tbody>
      </Table>
      <Dialog
        open={disabling !== null}
        onOpenChange={(open) => !open && setDisabling(null)}
        title={`Disable ${disabling?.name ?? ""}?`}
        description="They are signed out everywhere at once and cannot sign in again until someone enables the account. What they wrote and approved stays as it is."
      >
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={() => setDisabling(null)}>Keep</Button>
          <Button
            variant="danger"
            onClick={() => {
              if (disabling !== null) setDisabled.mutate({ userId: disabling.id, disabled: true });
              setDisabling(null);
            }}
          >
            Disable
          </Button>
        </div>
      </Dialog>
    </>
  );
}
