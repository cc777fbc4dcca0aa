import type { Channel } from "../definitions/common-fields.ts";
import type { ResponseDefinition, ResponseVariant } from "../definitions/response.ts";

/** Channels the response has words for, in the order of its variants. */
export function variantChannels(response: ResponseDefinition): Channel[] {
  return [...new Set(response.variants.map((variant) => variant.channel))];
}

/** Locales to try for a person, best first: `de-AT` → `de-AT`, `de`, any `de-*`; then the company's; then English; then whatever there is. */
function localeRank(wanted: string, companyLocale: string, offered: string): number {
  const language = (locale: string) => locale.split("-")[0];
  if (offered === wanted) return 0;
  if (offered === language(wanted)) return 1;
  if (language(offered) === language(wanted)) return 2;
  if (offered === companyLocale) return 3;
  if (language(offered) === language(companyLocale)) return 4;
  if (language(offered) === "en") return 5;
  return 6;
}

/**
 * The wording for one person on one channel: nearest locale first, then the wanted tone, then the order of the definition. Null when
 * the response has no words for the channel. The same input always gives the same variant.
 */
export function chooseVariant(
  response: ResponseDefinition,
  wanted: { channel: Channel; locale: string; companyLocale: string; tone?: ResponseVariant["tone"] },
): { variant: ResponseVariant; index: number } | null {
  let best: { variant: ResponseVariant; index: number; rank: number } | null = null;
  for (const [index, variant] of response.variants.entries()) {
    if (variant.channel !== wanted.channel) continue;
    const tone = wanted.tone === undefined || variant.tone === wanted.tone ? 0 : 1;
    const rank = localeRank(wanted.locale, wanted.companyLocale, variant.locale) * 2 + tone;
    if (best === null || rank < best.rank) best = { variant, index, rank };
  }
  return best === null ? null : { variant: best.variant, index: best.index };
}
