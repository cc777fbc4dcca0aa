import type { FastifyRequest } from "fastify";
import type { KeyGrant } from "#server/contracts/ingest/source.ts";
import type { ApiScope } from "#server/contracts/public-api/scopes.ts";
import type { KeyDirectory } from "#server/usecases/ingest/key-directory.ts";
import { HttpProblem } from "./problem.ts";

const challenge = { "www-authenticate": 'Bearer realm="tact"' };

/** The API key of `Authorization: Bearer`; a write key or none is a 401. */
export async function authenticateBearer(keys: KeyDirectory, request: FastifyRequest): Promise<KeyGrant> {
  const plain = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (plain === undefined) {
    throw new HttpProblem(401, "unauthenticated", "Send an API key: Authorization: Bearer <key>.", { headers: challenge });
  }
  const grant = await keys.find(plain);
  if (grant === null || grant.kind !== "api") {
    throw new HttpProblem(401, "unauthenticated", "This API key is not known, or was revoked.", { headers: challenge });
  }
  return grant;
}

/** Refuses a key that has none of the scopes. */
export function requireScope(grant: KeyGrant, scopes: readonly ApiScope[]): void {
  if (scopes.some((scope) => grant.scopes.includes(scope))) return;
  const detail = `This API key lacks the scope ${scopes.join(" or ")}: use a key that has it.`;
  throw new HttpProblem(403, "forbidden", detail, { errors: scopes.map((scope) => ({ field: "scope", message: `${scope} is needed.` })) });
}
