import { AppError } from "#server/errors.ts";

/** Above this many senders the oldest are forgotten: a flood of addresses must not fill the memory. */
const MAX_SENDERS = 20_000;

export type RateLimit = {
  /** Takes one request of `sender`; throws `overloaded` when there is none left. */
  take(sender: string, nowMs: number): void;
};

/** A token bucket per sender: `perSecond` on average, `burst` at once. */
export function createRateLimit(options: { perSecond: number; burst: number }): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(sender, nowMs) {
      const known = buckets.get(sender);
      const elapsed = known === undefined ? 0 : Math.max(0, nowMs - known.at) / 1000;
      const tokens = Math.min(options.burst, (known?.tokens ?? options.burst) + elapsed * options.perSecond);
      buckets.delete(sender);
      if (buckets.size >= MAX_SENDERS) {
        const oldest = buckets.keys().next();
        if (!oldest.done) buckets.delete(oldest.value);
      }
      buckets.set(sender, { tokens: Math.max(0, tokens - 1), at: nowMs });
      if (tokens < 1) {
        const retryAfterSeconds = Math.max(1, Math.ceil((1 - tokens) / options.perSecond));
        throw new AppError("overloaded", "Too many requests: slow down.", { retryAfterSeconds });
      }
    },
  };
}
