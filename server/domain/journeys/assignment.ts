import type { HoldoutPolicy } from "../definitions/policy.ts";

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;
const encoder = new TextEncoder();

/**
 * MurmurHash3 x86 32 bit over the UTF-8 bytes of `text`, as an unsigned integer.
 * Source: A. Appleby, github.com/aappleby/smhasher, MurmurHash3.cpp.
 */
export function murmur3(text: string, seed = 0): number {
  const bytes = encoder.encode(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wholeWords = bytes.length & ~3;
  let hash = seed | 0;
  for (let i = 0; i < wholeWords; i += 4) {
    hash ^= scramble(view.getUint32(i, true));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= wholeWords; i--) tail = (tail << 8) | view.getUint8(i);
  if (wholeWords < bytes.length) hash ^= scramble(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(word: number): number {
  const mixed = Math.imul(word, C1);
  return Math.imul((mixed << 15) | (mixed >>> 17), C2);
}

/** Uniform position in [0, 1) of a customer under a salt. Equal input, equal bucket, for ever; different salts are independent. */
export function bucket(salt: string, key: string): number {
  return murmur3(`${salt}:${key}`) / 2 ** 32;
}

/**
 * The arm of a weighted split. Sticky: depends on salt, key, and the arms in their order only.
 * Weights need not sum to 1. Throws a RangeError when no arm has a positive weight.
 */
export function pickArm<Arm extends { weight: number }>(salt: string, key: string, arms: readonly Arm[]): Arm {
  const total = arms.reduce((sum, arm) => sum + arm.weight, 0);
  const position = bucket(salt, key) * total;
  let upTo = 0;
  let last: Arm | undefined;
  for (const arm of arms) {
    if (arm.weight <= 0) continue;
    upTo += arm.weight;
    last = arm;
    if (position < upTo) return arm;
  }
  if (last === undefined) throw new RangeError("a split needs an arm with a positive weight");
  return last;
}

/** Is the customer within the rollout share? Growing the share only adds people. The salt is used for nothing else. */
export function inRollout(journeyKey: string, rolloutShare: number, bucketKey: string): boolean {
  return bucket(`rollout:${journeyKey}`, bucketKey) < rolloutShare;
}

/** Is the customer one of those this journey leaves alone, to measure itself against? */
export function inJourneyHoldout(journeyKey: string, holdoutShare: number, bucketKey: string): boolean {
  return bucket(`holdout:${journeyKey}`, bucketKey) < holdoutShare;
}

/** Is the customer one of those that no journey ever speaks to? */
export function inGlobalHoldout(policy: HoldoutPolicy, bucketKey: string): boolean {
  return bucket(`global-holdout:${policy.salt}`, bucketKey) < policy.globalShare;
}
