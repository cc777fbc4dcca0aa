import { htmlToText } from "html-to-text";
import type { Versioned } from "../domain/definitions/catalog.ts";
import type { ResponseDefinition, ResponseVariant } from "../domain/definitions/response.ts";
import { footerWords } from "../domain/responses/footer-words.ts";
import { singleLine } from "../domain/responses/mail-address.ts";
import { isSafeLink, refuseHtml } from "../domain/responses/safe-links.ts";
import { type ResponseFacts, type ResponseScope, scopeOf } from "../domain/responses/variables.ts";
import { messageOf } from "../errors.ts";
import { type CompiledText, compileText, renderText } from "./liquid.ts";
import { escapeHtml, type LayoutLink, mailLayout, mailText } from "./mail-layout.ts";

/** A message as the customer will see it. */
export type RenderedMessage = {
  locale: string;
  subject: string | null;
  title: string | null;
  html: string | null;
  text: string;
  action: LayoutLink | null;
};

export type RenderInput = {
  response: Versioned<ResponseDefinition>;
  variant: { variant: ResponseVariant; index: number };
  facts: ResponseFacts;
  companyName: string;
  /** Set for a survey: the page that asks the question; it becomes the action of the message. */
  surveyUrl: string | null;
  /** Null for messages nobody can unsubscribe from. */
  links: { why: string; preferences: string; unsubscribe: string | null };
};

/** `reason` is for the author of the response: which variable is missing, what is not allowed. */
export type RenderResult = { ok: true; message: RenderedMessage } | { ok: false; reason: string };
export type Renderer = (input: RenderInput) => RenderResult;

type CompiledVariant = {
  subject: CompiledText | null;
  title: CompiledText | null;
  html: CompiledText | null;
  /** Null when the plain part is made from each rendered HTML, because tags could cross its elements. */
  text: CompiledText | null;
  actionLabel: CompiledText | null;
  actionUrl: CompiledText | null;
};

/** Gmail cuts a message off at 102 KB. */
const MAX_HTML_BYTES = 102 * 1024;
const MAX_COMPILED = 2_000;
const looksLikeHtml = /<\/?[a-z][a-z0-9]*(\s[^<>]*)?\/?>/i;
const toText = {
  wordwrap: false as const,
  selectors: [
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: "a", options: { hideLinkHrefIfSameAsText: true } },
    { selector: "img", format: "skip" },
  ],
};

/** Plain text as paragraphs. Works on the template, whose values are escaped when they are put in. */
function paragraphs(source: string): string {
  return source
    .split(/\n\s*\n/)
    .map((part) => `<p style="margin:0 0 16px">${part.trim().replaceAll("\n", "<br>")}</p>`)
    .join("\n");
}

function compile(variant: ResponseVariant): CompiledVariant {
  const optional = (source: string | undefined) => (source === undefined ? null : compileText(source, "plain"));
  const isMail = variant.channel === "email";
  const isHtml = isMail && looksLikeHtml.test(variant.body);
  return {
    subject: optional(variant.subject),
    title: optional(variant.title),
    html: isMail ? compileText(isHtml ? variant.body : paragraphs(escapeOutsideLiquid(variant.body)), "html") : null,
    text: isHtml
      ? variant.body.includes("{%")
        ? null
        : compileText(htmlToText(variant.body, toText), "plain")
      : compileText(variant.body, "plain"),
    actionLabel: optional(variant.action?.label),
    actionUrl: optional(variant.action?.url),
  };
}

/** Escapes the words of a plain template for HTML and leaves its Liquid as it is. */
function escapeOutsideLiquid(source: string): string {
  return source
    .split(/(\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\})/)
    .map((part, index) => (index % 2 === 1 ? part : escapeHtml(part)))
    .join("");
}

function renderVariant(compiled: CompiledVariant, variant: ResponseVariant, scope: ResponseScope, input: RenderInput): RenderResult {
  const words = footerWords(variant.locale);
  const line = (text: CompiledText | null) => (text === null ? null : singleLine(renderText(text, scope)));
  const subject = line(compiled.subject);
  const title = line(compiled.title);
  const label = line(compiled.actionLabel);
  const url = input.surveyUrl ?? line(compiled.actionUrl);
  if (url !== null && !isSafeLink(url)) return { ok: false, reason: "the action does not lead to a web, mail or telephone address" };
  const action = url === null ? null : { label: label === null || label === "" ? words.survey : label, url };

  const body = compiled.html === null ? null : renderText(compiled.html, scope);
  const unsafe = body === null ? null : refuseHtml(body);
  if (unsafe !== null) return { ok: false, reason: unsafe };
  const plainBody = compiled.text === null ? htmlToText(body ?? "", toText) : renderText(compiled.text, scope);
  if (plainBody.trim() === "") return { ok: false, reason: "the text is empty" };
  if (variant.channel !== "email") {
    return { ok: true, message: { locale: variant.locale, subject, title, html: null, text: plainBody.trim(), action } };
  }
  if (subject === null || subject === "") return { ok: false, reason: "the subject is empty" };
  const reason = words.reason.replace("{company}", input.companyName);
  const footer: LayoutLink[] = [
    { label: words.why, url: input.links.why },
    { label: words.preferences, url: input.links.preferences },
    ...(input.links.unsubscribe === null ? [] : [{ label: words.unsubscribe, url: input.links.unsubscribe }]),
  ];
  const html = mailLayout({ locale: variant.locale, subject, company: input.companyName, body: body ?? "", action, reason, footer });
  if (Buffer.byteLength(html) > MAX_HTML_BYTES) return { ok: false, reason: "the message is larger than 102 KB" };
  return {
    ok: true,
    message: { locale: variant.locale, subject, title, html, text: mailText({ body: plainBody, action, reason, footer }), action },
  };
}

/**
 * Renders approved wordings. A message comes out whole or not at all: an unknown or missing variable, an unsafe link, active content,
 * an empty text or one that takes too long is a reason and no message. Templates are compiled once per content hash.
 */
export function createRenderer(): Renderer {
  const compiled = new Map<string, CompiledVariant | { fault: string }>();

  function compiledVariant(input: RenderInput): CompiledVariant | { fault: string } {
    const key = `${input.response.contentHash}#${input.variant.index}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    let fresh: CompiledVariant | { fault: string };
    try {
      fresh = compile(input.variant.variant);
    } catch (error) {
      fresh = { fault: messageOf(error) };
    }
    compiled.set(key, fresh);
    return fresh;
  }

  return (input) => {
    const variant = compiledVariant(input);
    if ("fault" in variant) return { ok: false, reason: firstLine(variant.fault) };
    const scope = scopeOf(input.response.definition, input.facts);
    if ("missing" in scope) return { ok: false, reason: `the variable ${scope.missing} is missing and has no fallback` };
    try {
      return renderVariant(variant, input.variant.variant, scope.scope, input);
    } catch (error) {
      return { ok: false, reason: firstLine(messageOf(error)) };
    }
  };
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? text).slice(0, 300);
}
