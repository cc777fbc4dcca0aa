import * as z from "zod";

/** Who is signed in and what the company is called: what every screen needs. */
export const sessionViewSchema = z.object({
  user: z.object({ id: z.uuid(), name: z.string(), email: z.string(), role: z.string(), roleName: z.string() }),
  permissions: z.array(z.string()),
  company: z.object({ name: z.string(), timezone: z.string(), locale: z.string() }),
  /** Where mail goes: shown, so that nobody wonders why nothing arrives. */
  mail: z.enum(["sandbox", "smtp"]),
  /** Plain http on an address others can reach: sign-in can be read on the way. */
  insecure: z.boolean(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;
