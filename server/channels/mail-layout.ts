export type LayoutLink = { label: string; url: string };

export type LayoutInput = {
  locale: string;
  subject: string;
  company: string;
  /** Safe HTML. */
  body: string;
  action: LayoutLink | null;
  reason: string;
  footer: readonly LayoutLink[];
};

/** HTML with the five characters that could end a text or an attribute written as entities. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (one) => entities[one] ?? one);
}
const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const font = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
// Mail programs that know dark mode read the class rules; all others only the inline styles.
const dark = `@media (prefers-color-scheme:dark){.t-page{background:#16181d!important}.t-card{background:#1f2229!important;color:#e8eaee!important}.t-card a{color:#9db8ff!important}.t-foot,.t-foot a{color:#9aa1ad!important}.t-action a{color:#16181d!important;background:#9db8ff!important}}`;

/** One narrow card around the text: works without images, without web fonts, on a phone, in dark mode and in a screen reader. */
export function mailLayout(input: LayoutInput): string {
  const language = escapeHtml(input.locale);
  const direction = /^(ar|fa|he|ur)\b/.test(input.locale) ? "rtl" : "ltr";
  const action =
    input.action === null
      ? ""
      : `<p class="t-action" style="margin:24px 0 8px"><a href="${escapeHtml(input.action.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1f3fae;color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(input.action.label)}</a></p>`;
  const footer = input.footer
    .map((link) => `<a href="${escapeHtml(link.url)}" style="color:#5b6270;text-decoration:underline">${escapeHtml(link.label)}</a>`)
    .join(" &nbsp;·&nbsp; ");
  return `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escapeHtml(input.subject)}</title><style>${dark}</style></head><body class="t-page" style="margin:0;padding:0;background:#f3f4f6"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="t-page" style="background:#f3f4f6"><tr><td align="center" style="padding:24px 12px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px"><tr><td style="padding:0 4px 12px;font:600 14px/1.4 ${font};color:#5b6270" class="t-foot">${escapeHtml(input.company)}</td></tr><tr><td class="t-card" style="background:#ffffff;border-radius:12px;padding:28px 24px;font:16px/1.55 ${font};color:#1b1f27">${input.body}${action}</td></tr><tr><td class="t-foot" style="padding:16px 4px;font:13px/1.6 ${font};color:#5b6270">${escapeHtml(input.reason)}<br>${footer}</td></tr></table></td></tr></table></body></html>`;
}

/** The same message as plain text. */
export function mailText(input: { body: string; action: LayoutLink | null; reason: string; footer: readonly LayoutLink[] }): string {
  const parts = [input.body.trim()];
  if (input.action !== null) parts.push(`${input.action.label}: ${input.action.url}`);
  parts.push(`--\n${input.reason}\n${input.footer.map((link) => `${link.label}: ${link.url}`).join("\n")}`);
  return `${parts.join("\n\n")}\n`;
}
