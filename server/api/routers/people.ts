import * as z from "zod";
import { isRole, roleNames } from "../../auth/permissions.ts";
import { changeRoleInput, inviteInput, inviteOutput, personSchema, setDisabledInput } from "../../contracts/console/settings.ts";
import { changeRole, invitePerson, listPeople, setDisabled } from "../../usecases/console/manage-people.ts";
import { procedureWith, router } from "../trpc.ts";

const done = z.object({ ok: z.literal(true) });

export const peopleRouter = router({
  list: procedureWith("people.read")
    .output(z.array(personSchema))
    .query(async ({ ctx }) => {
      const people = await listPeople(ctx.deps);
      return people.map((person) => ({
        ...person,
        roleName: isRole(person.role) ? roleNames[person.role] : person.role,
        self: person.id === ctx.user.id,
      }));
    }),
  changeRole: procedureWith("people.manage")
    .input(changeRoleInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await changeRole(ctx.deps, { ...input, by: { id: ctx.user.id, ip: ctx.ip } });
      return { ok: true };
    }),
  setDisabled: procedureWith("people.manage")
    .input(setDisabledInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await setDisabled(ctx.deps, { ...input, by: { id: ctx.user.id, ip: ctx.ip } });
      return { ok: true };
    }),
  invite: procedureWith("people.manage")
    .input(inviteInput)
    .output(inviteOutput)
    .mutation(async ({ ctx, input }) => {
      const { token, expiresAt } = await invitePerson(ctx.deps, { ...input, by: { id: ctx.user.id, ip: ctx.ip } });
      return { url: `${ctx.env.url}/join#${token}`, expiresAt };
    }),
});
