import { Liquid, type Template } from "liquidjs";

/** Filters a text may use. Nothing that defeats escaping (raw, newline_to_br), reads data it was not given, or runs expressions. */
const allowedFilters = new Set(
  (
    "abs append at_least at_most capitalize ceil date default divided_by downcase escape escape_once first floor join last lstrip minus " +
    "modulo plus prepend remove replace replace_first round rstrip size slice split strip strip_html strip_newlines times truncate " +
    "truncatewords upcase url_encode"
  ).split(" "),
);
/** Tags a text may use. Nothing that reads another template (include, render, layout, block) or switches Liquid off (raw). */
const allowedTags = new Set("assign break capture case comment continue echo for if unless #".split(" "));

const MAX_SOURCE = 100_000;
const MAX_TAGS = 500;
const RENDER_MS = 100;
const MAX_OBJECTS = 1_000_000;

function createEngine(output: "html" | "plain"): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // An in-memory set of templates that is empty: nothing can be included, and the file system is never asked.
    templates: {},
    relativeReference: false,
    dynamicPartials: false,
    cache: false,
    parseLimit: MAX_SOURCE,
    renderLimit: RENDER_MS,
    memoryLimit: MAX_OBJECTS,
    timezoneOffset: 0,
    ...(output === "html" ? { outputEscape: "escape" as const } : {}),
  });
  for (const name of Object.keys(engine.filters)) if (!allowedFilters.has(name)) delete engine.filters[name];
  for (const name of Object.keys(engine.tags)) if (!allowedTags.has(name)) delete engine.tags[name];
  return engine;
}

const html = createEngine("html");
const plain = createEngine("plain");

export type CompiledText = { engine: Liquid; template: Template[] };

/** Parses a template once. Throws when it is too large, uses something that is not allowed, or is not Liquid. */
export function compileText(source: string, output: "html" | "plain"): CompiledText {
  if (source.length > MAX_SOURCE) throw new Error(`the text is longer than ${MAX_SOURCE} characters`);
  if (source.split("{%").length - 1 > MAX_TAGS) throw new Error(`the text has more than ${MAX_TAGS} tags`);
  const engine = output === "html" ? html : plain;
  return { engine, template: engine.parse(source) };
}

/** Renders within the limits of time and memory; a value in HTML is always escaped. Throws on an unknown variable. */
export function renderText(text: CompiledText, scope: object): string {
  return String(text.engine.renderSync(text.template, scope));
}
