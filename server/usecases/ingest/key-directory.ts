import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { KeyGrant } from "#server/contracts/ingest/source.ts";
import type { Deps } from "#server/deps.ts";
import { AppError } from "#server/errors.ts";

const REFRESH_EVERY_MS = 5_000;
/** An unknown key makes the directory look again, at most this often: a new key works from its first request on. */
const LOOK_AGAIN_MS = 250;
const TOUCH_EVERY_MS = 60_000;

/** The keys of this deployment, held in memory: a request costs no query, a revoked key works for at most five seconds more. */
export type KeyDirectory = {
  /** The grant of a key, or null when there is none. Throws `unavailable` when that cannot be known. */
  find(plain: string): Promise<KeyGrant | null>;
  /** Whether any browser source may be used from this web origin. */
  allowsOrigin(origin: string): Promise<boolean>;
  isLoaded(): boolean;
  close(): void;
};

export function createKeyDirectory(deps: Deps, options: { onError?(error: unknown): void } = {}): KeyDirectory {
  let grants = new Map<string, KeyGrant>();
  let loadedAt: number | null = null;
  let loading: Promise<void> | null = null;
  const used = new Set<string>();
  let touchedAt = 0;

  function load(): Promise<void> {
    loading ??= deps.data.apiKeys
      .listActiveKeys(deps.pool)
      .then((list) => {
        grants = new Map(list.map((grant) => [grant.hash, grant]));
        loadedAt = performance.now();
      })
      .finally(() => {
        loading = null;
      });
    return loading;
  }

  async function loadOrRefuse(): Promise<void> {
    try {
      await load();
    } catch (cause) {
      throw new AppError("unavailable", "The database is away: send again.", { cause, retryAfterSeconds: 2 });
    }
  }

  /** The wait also slows down whoever tries keys. */
  async function lookAgain(): Promise<void> {
    const asked = performance.now();
    const pause = (loadedAt ?? 0) + LOOK_AGAIN_MS - asked;
    if (pause > 0) await delay(pause);
    if ((loadedAt ?? 0) < asked) await loadOrRefuse();
  }

  async function touch(): Promise<void> {
    if (used.size === 0 || performance.now() - touchedAt < TOUCH_EVERY_MS) return;
    touchedAt = performance.now();
    const ids = [...used];
    used.clear();
    await deps.data.apiKeys.touchKeys(deps.pool, ids, deps.clock.now());
  }

  const timer = setInterval(() => {
    load()
      .then(touch)
      .catch((error: unknown) => options.onError?.(error));
  }, REFRESH_EVERY_MS);
  timer.unref();

  return {
    async find(plain) {
      const hash = createHash("sha256").update(plain).digest("hex");
      if (loadedAt === null) await loadOrRefuse();
      let grant = grants.get(hash);
      if (grant === undefined) {
        await lookAgain();
        grant = grants.get(hash);
      }
      if (grant === undefined) return null;
      used.add(grant.id);
      return grant;
    },
    async allowsOrigin(origin) {
      if (loadedAt === null) await loadOrRefuse();
      for (const { source } of grants.values())
        if (source.kind === "browser" && isAllowedOrigin(source.allowedOrigins, origin)) return true;
      return false;
    },
    isLoaded: () => loadedAt !== null,
    close: () => clearInterval(timer),
  };
}

/** An origin is allowed by its exact text or by `*`. */
export function isAllowedOrigin(allowed: readonly string[], origin: string): boolean {
  return allowed.includes("*") || allowed.includes(origin);
}
