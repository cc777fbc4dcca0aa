import * as z from "zod";

/** The kinds that have a read-only list. */
export const listedKinds = ["signal", "situation", "segment", "response", "policy"] as const;
export const definitionListInput = z.strictObject({ kind: z.enum(listedKinds) });
export const definitionItemSchema = z.object({
  key: z.string(),
  name: z.string(),
  /** What it is, in words. */
  summary: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  liveVersion: z.number().nullable(),
  suspendedReason: z.string().nullable(),
  faults: z.number(),
  lastFault: z.string().nullable(),
});
export type DefinitionItem = z.infer<typeof definitionItemSchema>;
