import type { FastifyRequest } from "fastify";
import type { KeyGrant } from "#server/contracts/ingest/source.ts";
import { isAllowedOrigin, type KeyDirectory } from "#server/usecases/ingest/key-directory.ts";
import { HttpProblem } from "./problem.ts";

/** The write key of the Basic user name, as Segment's clients send it. */
export function basicUserName(header: string | undefined): string | null {
  const match = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(header ?? "");
  if (match?.[1] === undefined) return null;
  const [user = ""] = Buffer.from(match[1], "base64").toString("utf8").split(":", 1);
  return user === "" ? null : user;
}

/** Who may write: the key from the header, else from the body. A key of a server never works from a web page. */
export async function authenticateWriter(keys: KeyDirectory, request: FastifyRequest, bodyKey: string | null): Promise<KeyGrant> {
  const plain = basicUserName(request.headers.authorization) ?? bodyKey;
  if (plain === null) {
    throw new HttpProblem(401, "unauthenticated", "Send the write key as Basic user name, or as writeKey in the body.", {
      headers: { "www-authenticate": 'Basic realm="tact", charset="UTF-8"' },
      errors: [{ field: "writeKey", message: "Missing." }],
    });
  }
  const grant = await keys.find(plain);
  if (grant === null || grant.kind !== "write") {
    throw new HttpProblem(401, "unauthenticated", "This write key is not known, or was revoked.", {
      errors: [{ field: "writeKey", message: "Not known here." }],
    });
  }
  const { origin } = request.headers;
  if (origin === undefined) return grant;
  if (grant.source.kind !== "browser") {
    throw new HttpProblem(403, "forbidden", "This is the key of a server. In web pages use the write key of a browser source.");
  }
  if (!isAllowedOrigin(grant.source.allowedOrigins, origin)) {
    throw new HttpProblem(403, "forbidden", `The source does not allow the origin ${origin}: add it to the source's origins.`);
  }
  return grant;
}
