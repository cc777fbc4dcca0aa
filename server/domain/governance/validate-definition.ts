import type * as z from "zod";
import { type ArtifactKind, type Catalog, type Definition, definitionSchemas } from "../definitions/catalog.ts";
import type { Rule } from "../definitions/rule.ts";
import { validateJourney } from "../journeys/validate-journey.ts";

/** One thing that keeps a definition from being submitted. `field` is a path such as `nodes.3.response`. */
export type DefinitionProblem = { field: string; code: string; message: string };

export type ParsedDefinition<K extends ArtifactKind> =
  | { ok: true; definition: Definition[K] }
  | { ok: false; problems: DefinitionProblem[] };

function toProblems(error: z.ZodError): DefinitionProblem[] {
  return error.issues.map((issue) => ({ field: issue.path.join("."), code: issue.code, message: issue.message }));
}

/** Shape only: names every field that is wrong. */
export function parseDefinition<K extends ArtifactKind>(kind: K, content: unknown): ParsedDefinition<K> {
  const result = definitionSchemas[kind].safeParse(content);
  if (!result.success) return { ok: false, problems: toProblems(result.error) };
  return { ok: true, definition: result.data as Definition[K] };
}

function* fieldsOf(rule: Rule): Generator<string> {
  if ("all" in rule) for (const part of rule.all) yield* fieldsOf(part);
  else if ("any" in rule) for (const part of rule.any) yield* fieldsOf(part);
  else if ("not" in rule) yield* fieldsOf(rule.not);
  else yield rule.field;
}

const referable = { signal: "signals", situation: "situations", segment: "segments" } as const;

function ruleProblems(rule: Rule, field: string, catalog: Catalog): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  for (const name of fieldsOf(rule)) {
    const dot = name.indexOf(".");
    const [head, key] = [name.slice(0, dot), name.slice(dot + 1)];
    if (head !== "signal" && head !== "situation" && head !== "segment") continue;
    if (!catalog[referable[head]].has(key)) {
      problems.push({ field, code: "not_live", message: `The rule speaks of ${head} "${key}", which is not live.` });
    }
  }
  return problems;
}

/** Does segment `key` lead back to itself through the segments its rule names? */
function isCircular(key: string, rule: Rule, catalog: Catalog, seen: ReadonlySet<string> = new Set()): boolean {
  for (const field of fieldsOf(rule)) {
    if (!field.startsWith("segment.")) continue;
    const other = field.slice("segment.".length);
    if (other === key) return true;
    const next = catalog.segments.get(other);
    if (next !== undefined && !seen.has(other) && isCircular(key, next.definition.rule, catalog, new Set([...seen, other]))) return true;
  }
  return false;
}

/** Beyond shape: everything a definition refers to must be live. Empty means it may be submitted. */
export function validateDefinition<K extends ArtifactKind>(kind: K, definition: Definition[K], catalog: Catalog): DefinitionProblem[] {
  switch (kind) {
    case "situation": {
      const situation = definition as Definition["situation"];
      const groups = new Set(situation.signals.map((part) => part.group));
      const problems = situation.signals.flatMap((part, index) =>
        catalog.signals.has(part.signal)
          ? []
          : [{ field: `signals.${index}.signal`, code: "not_live", message: `Signal "${part.signal}" is not live.` }],
      );
      if (situation.minGroups > groups.size) {
        problems.push({
          field: "minGroups",
          code: "unreachable",
          message: `Asks for ${situation.minGroups} groups, but its signals form only ${groups.size}.`,
        });
      }
      for (const [index, threshold] of situation.segmentThresholds.entries()) {
        if (!catalog.segments.has(threshold.segment)) {
          problems.push({
            field: `segmentThresholds.${index}.segment`,
            code: "not_live",
            message: `Segment "${threshold.segment}" is not live.`,
          });
        }
        if (threshold.exit >= threshold.enter) {
          problems.push({ field: `segmentThresholds.${index}.exit`, code: "order", message: "exit must lie below enter." });
        }
      }
      if (situation.askFrom !== undefined && situation.askFrom > situation.thresholds.enter) {
        problems.push({ field: "askFrom", code: "order", message: "askFrom must not lie above enter." });
      }
      return problems;
    }
    case "segment": {
      const segment = definition as Definition["segment"];
      const problems = ruleProblems(segment.rule, "rule", catalog);
      if (isCircular(segment.key, segment.rule, catalog)) {
        problems.push({ field: "rule", code: "circular", message: `Segment "${segment.key}" leads back to itself.` });
      }
      return problems;
    }
    case "response": {
      const response = definition as Definition["response"];
      const seen = new Set<string>();
      const problems: DefinitionProblem[] = [];
      for (const [index, variant] of response.variants.entries()) {
        const name = `${variant.channel}/${variant.locale}/${variant.tone}`;
        if (seen.has(name)) problems.push({ field: `variants.${index}`, code: "duplicate", message: `There are two variants ${name}.` });
        seen.add(name);
        if (variant.channel === "email" && (variant.subject ?? "").trim() === "") {
          problems.push({ field: `variants.${index}.subject`, code: "required", message: "An e-mail needs a subject." });
        }
      }
      return problems;
    }
    case "journey":
      return validateJourney(definition as Definition["journey"], catalog)
        .filter((problem) => problem.severity === "error")
        .map((problem) => ({
          field: [problem.nodeId, problem.field].filter(Boolean).join("."),
          code: problem.code,
          message: problem.message,
        }));
    default:
      return [];
  }
}
