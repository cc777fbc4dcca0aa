import type { Deps } from "#server/deps.ts";
import type { Trouble } from "#server/domain/demo/world.ts";
import { openIncident, resolveIncident } from "#server/usecases/sending/hold-for-incident.ts";

const by = { kind: "system", id: "demo", ip: null } as const;

/** Whoever in the company opens an incident when a trouble is noticed, and resolves it when it is over. */
export type IncidentDesk = {
  attend(troubles: readonly Trouble[], now: number): Promise<void>;
  /** Resolves what it opened, also in an earlier run that was cut off. */
  resolveAll(): Promise<void>;
};

export function incidentDesk(deps: Deps, options: { onChange?(line: string): void } = {}): IncidentDesk {
  const open = new Map<string, string>();
  const say = options.onChange ?? (() => {});
  return {
    async attend(troubles, now) {
      for (const { from, declaredAt, to, country } of troubles) {
        const trouble = `${from}/${country ?? ""}`;
        const id = open.get(trouble);
        if (id !== undefined && now >= to) {
          open.delete(trouble);
          const { reopened } = await resolveIncident(deps, { id, by });
          say(`the incident is resolved; ${reopened} held offers are decided anew`);
        } else if (id === undefined && now >= declaredAt && now < to) {
          const scope = { areas: ["checkout"], ...(country === null ? {} : { regions: [country] }) };
          const title = country === null ? "Card payments fail" : `Card payments fail in ${country}`;
          open.set(trouble, (await openIncident(deps, { title, scope, by })).id);
          say(`an incident is open (${title}): help at the checkout is held`);
        }
      }
    },
    async resolveAll() {
      open.clear();
      for (const incident of await deps.data.incidents.listOpen(deps.pool)) {
        if (incident.openedBy === `${by.kind}:${by.id}`) await resolveIncident(deps, { id: incident.id, by });
      }
    },
  };
}
