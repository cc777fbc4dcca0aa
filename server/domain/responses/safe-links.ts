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

const activeElement =
  /<\s*\/?\s*(script|iframe|frame|object|embed|applet|form|input|button|textarea|select|meta|base|link|svg|math|template|noscript)\b|expression\s*\(|-moz-binding|@import/i;
// The alternatives exclude each other, so that a tag that never ends costs one pass.
const tag = /<[a-z!/?](?:=\s*(?:"[^"]*"|'[^']*')|[^>=]|=(?!\s*["']))*>/gi;
const tagStart = /<[a-z!/?]/gi;
const attribute = /([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))|[^\s"'<>/=]+/g;
const activeAttribute = /^(on[a-z]+|srcdoc|formaction|ping)$/;
const linkAttribute = /^(href|src|background|poster|action|cite|longdesc|xlink:href|srcset)$/;

/** Why rendered HTML must not be sent, or null: active content, or a link to something other than the web, mail or telephone. */
export function refuseHtml(html: string): string | null {
  if (activeElement.test(html)) return "the text contains active content";
  const tags = html.match(tag) ?? [];
  if (tags.length !== (html.match(tagStart) ?? []).length) return "a tag of the text does not end";
  for (const element of tags) {
    for (const [, name, double, single, bare] of element.matchAll(attribute)) {
      if (name === undefined) continue;
      const key = name.toLowerCase();
      if (activeAttribute.test(key)) return "the text contains active content";
      if (!linkAttribute.test(key)) continue;
      const link = decodeEntities(double ?? single ?? bare ?? "").trim();
      if (!isSafeLink(link)) return `the text links to something that is not a web, mail or telephone address (${key})`;
    }
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
