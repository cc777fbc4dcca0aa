import { decode, encode, type JWT } from "next-auth/jwt";
import type { Env } from "../config/env.ts";

/** On https a `__Host-` cookie: bound to this host, this path and TLS. On plain http only what the browser accepts there. */
export function sessionCookie(env: Env) {
  const secure = env.url.startsWith("https:");
  return {
    name: secure ? "__Host-tact-session" : "tact-session",
    options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure },
  };
}

/** Encrypts with the newest key. */
export function encodeToken(env: Env, token: JWT | undefined, maxAgeSeconds: number | undefined): Promise<string> {
  return encode({ secret: env.secrets[0].value, ...(token && { token }), ...(maxAgeSeconds !== undefined && { maxAge: maxAgeSeconds }) });
}

/** Opens a token that any of our keys made; null for anything else. */
export async function decodeToken(env: Env, token: string | undefined): Promise<JWT | null> {
  if (token === undefined || token === "") return null;
  for (const key of env.secrets) {
    try {
      return await decode({ secret: key.value, token });
    } catch {
      // made with another key, out of date or forged: the next key decides
    }
  }
  return null;
}

/** The session id a cookie value stands for: all that a token holds. */
export async function sessionIdFrom(env: Env, cookieValue: string | undefined): Promise<string | null> {
  const token = await decodeToken(env, cookieValue);
  return typeof token?.sid === "string" ? token.sid : null;
}
