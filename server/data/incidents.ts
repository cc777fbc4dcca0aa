import { type IncidentScope, incidentScopeSchema } from "../domain/incidents/scope.ts";
import type { Sql } from "./pool.ts";

export type Incident = {
  id: string;
  title: string;
  scope: IncidentScope;
  status: "open" | "resolved";
  openedAt: number;
  openedBy: string;
  resolvedAt: number | null;
};

type Row = {
  id: string;
  title: string;
  scope: unknown;
  status: Incident["status"];
  opened_at: Date;
  opened_by: string;
  resolved_at: Date | null;
};

function toIncident(row: Row): Incident {
  return {
    id: row.id,
    title: row.title,
    scope: incidentScopeSchema.parse(row.scope),
    status: row.status,
    openedAt: row.opened_at.getTime(),
    openedBy: row.opened_by,
    resolvedAt: row.resolved_at?.getTime() ?? null,
  };
}

/** Open incidents, oldest first. */
export async function listOpen(sql: Sql): Promise<Incident[]> {
  const { rows } = await sql.query<Row>("SELECT * FROM incident WHERE status = 'open' ORDER BY opened_at, id");
  return rows.map(toIncident);
}

export async function insert(tx: Sql, incident: Omit<Incident, "status" | "resolvedAt">): Promise<void> {
  await tx.query("INSERT INTO incident (id, title, scope, status, opened_at, opened_by) VALUES ($1, $2, $3, 'open', $4, $5)", [
    incident.id,
    incident.title,
    JSON.stringify(incident.scope),
    new Date(incident.openedAt),
    incident.openedBy,
  ]);
}

/** The incident as resolved, or null when it was not open. */
export async function resolve(tx: Sql, id: string, at: number): Promise<Incident | null> {
  const { rows } = await tx.query<Row>(
    "UPDATE incident SET status = 'resolved', resolved_at = $2 WHERE id = $1 AND status = 'open' RETURNING *",
    [id, new Date(at)],
  );
  const row = rows[0];
  return row === undefined ? null : toIncident(row);
}
