import type { Deps } from "#server/deps.ts";
import { admitConsent } from "#server/domain/consent/admit-consent.ts";
import { type ConsentEntry, consentState, type EffectiveConsent } from "#server/domain/consent/consent-entry.ts";
import { effectiveConsent } from "#server/domain/consent/effective-consent.ts";
import { type Channel, channels } from "#server/domain/definitions/common-fields.ts";
import { AppError } from "#server/errors.ts";
import { recordOptOut } from "./record-opt-out.ts";

type Tx = Parameters<Parameters<Deps["transact"]>[0]>[0];

/** One answer of a customer, with its proof. `source` beginning with `import` marks files and old systems. */
export type ConsentInput = {
  purpose: ConsentEntry["purpose"];
  channel: ConsentEntry["channel"];
  state: ConsentEntry["state"];
  /** The lawful basis; `consent` when left out. */
  basis?: string;
  source: string;
  /** Who recorded it: `customer`, a user or an API key. */
  actor: string;
  textVersion?: string | null;
  locale?: string | null;
  /** How it was given; ids, times and hashes, no personal data. */
  proof?: Readonly<Record<string, unknown>>;
  /** When the customer said it, epoch milliseconds; now when left out, never later than now. */
  occurredAt?: number;
};

export type ConsentResult = {
  recorded: number;
  /** Entries that were not taken, by their place in the input: an import may not turn a no into a yes without proof. */
  refused: { index: number; code: "import_needs_proof" }[];
};

/**
 * Appends answers to the consent ledger under the customer's lock, the same one the gate takes: once this returns, no later gate
 * passes against them. Messages that had passed and were not begun are stopped.
 */
export async function recordConsent(deps: Deps, input: { customerId: string; entries: readonly ConsentInput[] }): Promise<ConsentResult> {
  const result = await deps.transact(async (tx) => {
    const { id } = await lockLiving(tx, deps, input.customerId);
    const before = effectiveConsent(await deps.data.consent.listFor(tx, [id]));
    const appended = await appendConsent(tx, deps, { customerId: id, entries: input.entries });
    const after = effectiveConsent(await deps.data.consent.listFor(tx, [id]));
    await countWithdrawal(tx, deps, { id, before, after, entries: input.entries });
    return appended;
  });
  deps.queue.ring("send");
  return result;
}

/** What was agreed to, or never refused, and is withdrawn now counts as one opt-out, at the time it was said. */
async function countWithdrawal(
  tx: Tx,
  deps: Deps,
  { id, before, after, entries }: { id: string; before: EffectiveConsent; after: EffectiveConsent; entries: readonly ConsentInput[] },
): Promise<void> {
  const withdrawals = entries.filter((one) => one.state === "withdrawn" && isNewlyWithdrawn(one, before, after));
  if (withdrawals.length === 0) return;
  const now = deps.clock.now();
  const at = Math.min(now, ...withdrawals.map((one) => one.occurredAt ?? now));
  const ended = withdrawals.map(({ purpose, channel }) => `${purpose}:${channel}`).join(" ");
  const detail = { how: withdrawals[0]?.source ?? null, ended };
  await recordOptOut(tx, deps, { customerId: id, key: `opt_out:${deps.newId()}`, at, messageId: null, detail });
}

function isNewlyWithdrawn({ purpose, channel }: ConsentInput, before: EffectiveConsent, after: EffectiveConsent): boolean {
  const refused = (consent: EffectiveConsent, on: Channel) => {
    const state = consentState(consent, purpose, on);
    return state === "withdrawn" || state === "denied";
  };
  return (channel === "*" ? channels : [channel]).some((on) => refused(after, on) && !refused(before, on));
}

/** As `recordConsent`, inside a transaction that has locked the customer already. */
export async function appendConsent(
  tx: Tx,
  deps: Deps,
  input: { customerId: string; entries: readonly ConsentInput[] },
): Promise<ConsentResult> {
  const { data } = deps;
  const now = deps.clock.now();
  const known: ConsentEntry[] = [...(await data.consent.listFor(tx, [input.customerId]))];
  const refused: ConsentResult["refused"] = [];
  const added: Parameters<typeof data.consent.append>[1][number][] = [];
  for (const [index, one] of input.entries.entries()) {
    const entry = {
      id: deps.newId(),
      customerId: input.customerId,
      purpose: one.purpose,
      channel: one.channel,
      state: one.state,
      basis: one.basis ?? "consent",
      source: one.source,
      actor: one.actor,
      textVersion: one.textVersion ?? null,
      locale: one.locale ?? null,
      proof: one.proof ?? {},
      occurredAt: Math.min(one.occurredAt ?? now, now),
      recordedAt: now,
    };
    const holds = effectiveConsent(known);
    const concerned = one.channel === "*" ? channels : [one.channel];
    const refusal = concerned
      .map((channel) => admitConsent(consentState(holds, one.purpose, channel), entry))
      .find((admission) => !admission.admitted);
    if (refusal !== undefined && !refusal.admitted) {
      refused.push({ index, code: refusal.code });
      continue;
    }
    known.push(entry);
    added.push(entry);
  }
  const recorded = added.length === 0 ? 0 : await data.consent.append(tx, added);
  if (added.some((entry) => entry.state !== "granted")) await stopUnderWay(tx, deps, [input.customerId], "consent changed");
  return { recorded, refused };
}

/** Takes back messages of these customers whose provider call has not begun; their steps are decided anew, with what is known now. */
export async function stopUnderWay(tx: Tx, deps: Deps, customerIds: readonly string[], reason: string): Promise<void> {
  const now = deps.clock.now();
  const steps = await deps.data.messages.stopForCustomers(tx, customerIds, reason, now);
  await deps.data.decisions.reopenSteps(
    tx,
    steps.map((stepKey) => ({ stepKey, dueAt: now })),
  );
}

/** Locks the living customer an id stands for, after merges. Throws `not_found` for one who does not exist or was erased. */
export async function lockLiving(tx: Tx, deps: Deps, customerId: string): Promise<{ id: string; locale: string | null }> {
  let id = customerId;
  for (let hop = 0; hop < 8; hop += 1) {
    const customer = (await deps.data.customers.lockCustomers(tx, [id])).get(id);
    if (customer === undefined || customer.erasedAt !== null) break;
    if (customer.mergedInto === null) return { id, locale: customer.profile.locale?.value ?? null };
    id = customer.mergedInto;
  }
  throw new AppError("not_found", "There is no such customer.");
}
