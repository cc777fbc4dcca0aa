import * as z from "zod";
import type { Mail, MailSummary, outboxInput, outboxOutput } from "#server/contracts/console/outbox.ts";
import { PAGE_SIZE, toPage } from "#server/contracts/console/paging.ts";
import type { Deps } from "#server/deps.ts";
import type { Catalog } from "#server/domain/definitions/catalog.ts";
import { AppError } from "#server/errors.ts";

/** Mails the sandbox caught, newest first. */
export async function listOutbox(deps: Deps, input: z.infer<typeof outboxInput>): Promise<z.infer<typeof outboxOutput>> {
  const search = input.search.trim();
  const [rows, catalog] = await Promise.all([
    deps.data.consoleOutbox.list(deps.pool, {
      search: search === "" ? null : search,
      journey: input.journey,
      before: input.cursor ?? null,
      limit: PAGE_SIZE + 1,
    }),
    deps.catalog.get(),
  ]);
  const page = toPage(rows, PAGE_SIZE, (row) => ({ at: row.at, id: row.id }));
  return { next: page.next, items: page.items.map((row) => summary(row, catalog)) };
}

type Row = {
  id: string;
  at: number;
  recipient: string;
  subject: string;
  journey: string | null;
  state: string | null;
  customerId: string | null;
};

function summary(row: Row, catalog: Catalog): MailSummary {
  const { id, at, recipient, subject, state, customerId } = row;
  const journey =
    row.journey === null ? null : { key: row.journey, name: catalog.journeys.get(row.journey)?.definition.name ?? row.journey };
  return { id, at, recipient, subject, state, customerId, journey };
}

const headersSchema = z.union([
  z.record(z.string(), z.unknown()),
  z
    .array(z.object({ name: z.string(), value: z.unknown() }))
    .transform((list) => Object.fromEntries(list.map((each) => [each.name, each.value]))),
]);

/** One mail as it would have left: rendered, as text, with its headers. */
export async function showMail(deps: Deps, input: { id: string }): Promise<Mail> {
  const db = await deps.db();
  const [row, catalog] = await Promise.all([deps.data.consoleOutbox.find(db, input.id), deps.catalog.get()]);
  if (row === null) throw new AppError("not_found", "There is no such mail.");
  const headers = headersSchema.safeParse(row.headers);
  return {
    ...summary(row, catalog),
    sender: row.sender,
    html: row.html,
    text: row.text,
    decisionId: row.decisionId,
    headers: Object.entries(headers.success ? headers.data : {}).map(([name, value]) => ({
      name,
      value: typeof value === "string" ? value : JSON.stringify(value),
    })),
  };
}
