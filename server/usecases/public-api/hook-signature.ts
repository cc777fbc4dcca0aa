import { createHmac, timingSafeEqual } from "node:crypto";
import { HOOK_TOLERANCE_MS } from "#server/contracts/public-api/hooks.ts";
import type { Deps } from "#server/deps.ts";

type Keys = Pick<Deps, "env">;

/** The signing key of one provider, separated from every other use of the deployment's secret. */
function keyOf(secret: string, provider: string): Buffer {
  return createHmac("sha256", secret).update(`tact provider hook\n${provider}`).digest();
}

/** The address a provider reports to and the secret to give it, in the form of Standard Webhooks. */
export function describeHook(deps: Keys, provider: string): { url: string; secret: string } {
  return { url: `${deps.env.url}/hooks/${provider}`, secret: `whsec_${keyOf(deps.env.secrets[0].value, provider).toString("base64")}` };
}

export type SignedRequest = { provider: string; id: string; timestamp: string; signatures: string; body: string };

/**
 * True when one of the signatures is ours over `id.timestamp.body` (Standard Webhooks 1.0.0, v1) and the timestamp is within five
 * minutes. Any secret that is still configured verifies.
 */
export function isSignedHook(deps: Keys & Pick<Deps, "clock">, request: SignedRequest): boolean {
  if (!/^\d{1,12}$/.test(request.timestamp)) return false;
  if (Math.abs(deps.clock.now() - Number(request.timestamp) * 1000) > HOOK_TOLERANCE_MS) return false;
  const given = request.signatures
    .split(" ")
    .slice(0, 10)
    .filter((one) => one.startsWith("v1,"))
    .map((one) => Buffer.from(one.slice(3), "base64"));
  return deps.env.secrets.some((secret) => {
    const expected = createHmac("sha256", keyOf(secret.value, request.provider))
      .update(`${request.id}.${request.timestamp}.${request.body}`)
      .digest();
    return given.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
  });
}
