import { randomBytes } from "node:crypto";
import type { Deps } from "#server/deps.ts";
import type { ArtifactKind } from "#server/domain/definitions/catalog.ts";
import type { Actor } from "../governance/actor.ts";
import { goLive, reviewVersion, submitVersion } from "../governance/move-version.ts";
import { saveDraft } from "../governance/save-draft.ts";
import { shopJourneys } from "./shop/journeys.ts";
import { shopPolicies } from "./shop/policies.ts";
import { shopResponses } from "./shop/responses.ts";
import { shopSignals } from "./shop/signals.ts";
import { shopSegments, shopSituations } from "./shop/situations.ts";

export type SeededAccount = { email: string; name: string; role: string; password: string };

const people: readonly { email: string; name: string; role: string }[] = [
  { email: "admin@tact.example", name: "Ada Admin", role: "admin" },
  { email: "marketer@tact.example", name: "Mara Marketer", role: "marketer" },
  { email: "product@tact.example", name: "Pia Product", role: "product" },
  { email: "lead@tact.example", name: "Leo Lead", role: "support_lead" },
  { email: "agent@tact.example", name: "Gus Agent", role: "agent" },
  { email: "compliance@tact.example", name: "Cleo Compliance", role: "compliance" },
  { email: "manager@tact.example", name: "Max Manager", role: "manager" },
];

/** In the order in which one needs the other to be live. */
const definitions: readonly { kind: ArtifactKind; content: { key: string } }[] = [
  ...shopPolicies.map((content) => ({ kind: "policy" as const, content })),
  ...shopSignals.map((content) => ({ kind: "signal" as const, content })),
  ...shopSegments.map((content) => ({ kind: "segment" as const, content })),
  ...shopSituations.map((content) => ({ kind: "situation" as const, content })),
  ...shopResponses.map((content) => ({ kind: "response" as const, content })),
  ...shopJourneys.map((content) => ({ kind: "journey" as const, content })),
];

async function publish(deps: Deps, author: Actor, approver: Actor, kind: ArtifactKind, content: { key: string }): Promise<void> {
  const known = await deps.data.artifacts.findCurrent(deps.pool, kind, content.key);
  if (known.length > 0) return;
  const draft = await saveDraft(deps, author, { kind, content, authorId: author.id, note: "Definitions of the example shop" });
  const ref = { kind, key: content.key, version: draft.version };
  await submitVersion(deps, author, ref);
  const contentHash = await deps.data.artifacts.contentHashOf(deps.pool, draft.artifactId, draft.version);
  await reviewVersion(deps, approver, {
    ...ref,
    verdict: "approved",
    comment: "Checked against the example shop's policies.",
    contentHash,
  });
  await goLive(deps, author, ref);
}

/**
 * Fills an empty installation with the example shop: one account per role with a random password, and the shop's definitions,
 * written by the marketer and approved by the compliance officer through the same life cycle as everybody's. Can be run again
 * after an interruption: what is there stays. Returns the accounts it created, with the only copy of their passwords; a caller that
 * must not lose one to an interruption chooses it beforehand through `passwordFor`.
 */
export async function seedShop(
  deps: Deps,
  options: { hashPassword(password: string): Promise<string>; passwordFor?(person: { email: string; role: string }): string },
): Promise<SeededAccount[]> {
  const created: SeededAccount[] = [];
  for (const person of people) {
    const password = options.passwordFor?.(person) ?? randomBytes(9).toString("base64url");
    const inserted = await deps.data.users.insert(deps.pool, {
      id: deps.newId(),
      email: person.email,
      name: person.name,
      role: person.role,
      passwordHash: await options.hashPassword(password),
      createdAt: deps.clock.now(),
    });
    if (inserted) created.push({ ...person, password });
  }
  await deps.data.control.nameCompany(deps.pool, "Example Shop");
  const author = await deps.data.users.findByEmail(deps.pool, "marketer@tact.example");
  const approver = await deps.data.users.findByEmail(deps.pool, "compliance@tact.example");
  if (author === null || approver === null) throw new Error("the example accounts are missing");
  for (const { kind, content } of definitions) {
    await publish(deps, { kind: "user", id: author.id, ip: null }, { kind: "user", id: approver.id, ip: null }, kind, content);
  }
  return created;
}
