import * as z from "zod";

/**
 * How the rows of a file become events. Text values are templates: `{column}` is replaced by that column, `{#}` by the row number.
 * A value whose columns are all missing is left out.
 */
const templateSchema = z.string().min(1).max(2_000);
/** A template, or several of which the first whose columns are filled counts. */
const templatesSchema = z.union([templateSchema, z.array(templateSchema).min(1).max(5)]);
export type MappedText = z.infer<typeof templatesSchema>;

const valueSchema = z.union([
  templateSchema,
  z.number(),
  z.boolean(),
  z.strictObject({ column: z.string().min(1), as: z.enum(["text", "number", "integer", "date"]) }),
  z.strictObject({ column: z.string().min(1), as: z.literal("boolean"), true: z.array(z.string()).min(1) }),
]);
export type MappedValue = z.infer<typeof valueSchema>;
export type MappedTree = MappedValue | readonly MappedTree[] | { readonly [key: string]: MappedTree };

const treeSchema: z.ZodType<MappedTree> = z.lazy(() => z.union([valueSchema, z.array(treeSchema), z.record(z.string(), treeSchema)]));

/** A moment: a column (or the first of several that is filled) read with the file's date format, or one constant instant. */
const momentSchema = z.union([
  z.strictObject({ columns: z.array(z.string().min(1)).min(1) }),
  z.strictObject({ constant: z.iso.datetime() }),
]);
export type MappedMoment = z.infer<typeof momentSchema>;

export const eventTemplateSchema = z.strictObject({
  type: z.enum(["identify", "track", "page", "screen", "group"]),
  /** Event name of a track, page name of a page. */
  name: templateSchema.optional(),
  userId: templatesSchema,
  groupId: templateSchema.optional(),
  /** Makes a repeated replay count once. Must be unique per event. */
  messageId: templatesSchema,
  timestamp: momentSchema,
  properties: z.record(z.string(), treeSchema).optional(),
  traits: z.record(z.string(), treeSchema).optional(),
  /** Only rows where the column has one of these values (or, without `in`, has any value). */
  when: z.strictObject({ column: z.string().min(1), in: z.array(z.string()).min(1).optional() }).optional(),
  /** Only the first row with this text. */
  oncePer: templatesSchema.optional(),
});
export type EventTemplate = z.infer<typeof eventTemplateSchema>;

export const mappingSchema = z.strictObject({
  name: z.string().min(1).max(60),
  about: z.string().max(500).optional(),
  file: z.discriminatedUnion("format", [
    z.strictObject({
      format: z.literal("csv"),
      delimiter: z.string().length(1).default(","),
      columns: z.array(z.string().min(1)).optional(),
    }),
    /** Columns parted by spaces; `header` rows are passed over. */
    z.strictObject({ format: z.literal("spaces"), columns: z.array(z.string().min(1)).min(1), header: z.number().int().min(0).default(0) }),
  ]),
  dates: z.strictObject({ format: z.enum(["iso", "YYYYMMDD", "D/M/YYYY H:mm", "M/D/YYYY H:mm", "YYYY-MM-DD"]) }).optional(),
  /** Cell texts that mean "not known". */
  missing: z.array(z.string()).default([""]),
  /** Rows that follow each other with the same value are one thing, told by its last row. */
  lastOf: z.string().min(1).optional(),
  events: z.array(eventTemplateSchema).min(1).max(20),
});
export type Mapping = z.infer<typeof mappingSchema>;
