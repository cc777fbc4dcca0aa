const allowedSchemes = new Set(["https:", "http:", "mailto:", "tel:"]);

/**
 * Is this an absolute link a message may carry? Only http, https, mailto and tel; no control characters, white space or back
 * slashes by which a reader could be led to see another scheme or host; no user name in front of the host.
 */
export function isSafeLink(text: string): boolean {
  if (text.length > 2_000 || /[\p{Cc}\s\u2028\u2029\\<>"]/u.test(text)) return false;
  const scheme = /^([a-z][a-z0-9+.-]*:)(.*)$/i.exec(text);
  if (scheme === null || !allowedSchemes.has((scheme[1] ?? "").toLowerCase())) return false;
  const rest = scheme[2] ?? "";
  if (/^https?:$/i.test(scheme[1] ?? "")) return /^\/\/[^/?#@]+(?:[/?#]|$)/.test(rest);
  return rest.length > 0;
}

const activeContent =
  /<\s*\/?\s*(script|iframe|frame|object|embed|applet|form|input|button|textarea|select|meta|base|link|svg|math|template|noscript)\b|<[^>]*\s(on[a-z]+|srcdoc|formaction|ping)\s*=|expression\s*\(|-moz-binding|@import/i;
const linkAttribute = /[\s"'/](href|src|background|poster|action|cite|longdesc|xlink:href|srcset)\s*=\s*("([^"]*)"|'([^']*)'|([^\s>]+))/gi;

/** Why rendered HTML must not be sent, or null: active content, or a link to something other than the web, mail or telephone. */
export function refuseHtml(html: string): string | null {
  if (activeContent.test(html)) return "the text contains active content";
  for (const match of html.matchAll(linkAttribute)) {
    const link = decodeEntities(match[3] ?? match[4] ?? match[5] ?? "").trim();
    if (!isSafeLink(link))
      return `the text links to something that is not a web, mail or telephone address (${(match[1] ?? "").toLowerCase()})`;
  }
  return null;
}

const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", colon: ":", tab: "\t", newline: "\n", sol: "/" };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}
