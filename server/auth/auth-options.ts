import type { AuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import type { Env } from "../config/env.ts";
import type { Deps } from "../deps.ts";
import { ABSOLUTE_MS } from "./session-rules.ts";
import { decodeToken, encodeToken, sessionCookie } from "./session-token.ts";
import { readCredentials, signIn, signOut } from "./sign-in.ts";

/** What the sign-in form shows for `too_many`; any other refusal is "wrong e-mail or password". */
export const TOO_MANY_ATTEMPTS = "TooManyAttempts";

/** next-auth's options for one request. The token it makes holds a session id and nothing else. */
export function authOptions(parts: { deps: Deps; env: Env; ip: string | null; userAgent: string | null }): AuthOptions {
  const { deps, env } = parts;
  const secure = env.url.startsWith("https:");
  const cookieOptions = sessionCookie(env).options;
  return {
    secret: env.secrets[0].value,
    useSecureCookies: secure,
    pages: { signIn: "/sign-in", error: "/sign-in" },
    session: { strategy: "jwt", maxAge: ABSOLUTE_MS / 1000 },
    jwt: {
      maxAge: ABSOLUTE_MS / 1000,
      encode: ({ token, maxAge }) => encodeToken(env, token, maxAge),
      decode: ({ token }) => decodeToken(env, token),
    },
    cookies: {
      sessionToken: sessionCookie(env),
      callbackUrl: { name: secure ? "__Host-tact-callback" : "tact-callback", options: cookieOptions },
      csrfToken: { name: secure ? "__Host-tact-csrf" : "tact-csrf", options: cookieOptions },
    },
    providers: [
      Credentials({
        credentials: { email: { type: "email" }, password: { type: "password" } },
        async authorize(credentials) {
          const read = readCredentials(credentials);
          if (read === null) return null;
          const result = await signIn(deps, { ...read, ip: parts.ip, userAgent: parts.userAgent });
          if (result.ok) return { id: result.sessionId };
          if (result.reason === "too_many") throw new Error(TOO_MANY_ATTEMPTS);
          return null;
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => ({ sid: user?.id ?? token.sid }),
      // the browser learns nothing about the session: the console asks the API who it is
      session: () => ({ expires: new Date(deps.clock.now() + ABSOLUTE_MS).toISOString() }),
      redirect: ({ url }) => (new URL(url, env.url).origin === env.url ? url : env.url),
    },
    events: {
      async signOut({ token }) {
        if (typeof token?.sid === "string") await signOut(deps, token.sid);
      },
    },
  };
}
