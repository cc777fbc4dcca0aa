import * as z from "zod";

/** Every error of the public API: RFC 9457 problem details, with the fields at fault and what to do about them. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: "urn:tact:problem:{code}" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "What is wrong and how to mend it" }),
    code: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details" });

export type ProblemDetails = z.infer<typeof problemSchema>;
