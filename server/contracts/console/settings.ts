import * as z from "zod";

export const settingsSchema = z.object({
  company: z.object({ name: z.string(), timezone: z.string(), locale: z.string() }),
  url: z.string(),
  mail: z.enum(["sandbox", "smtp"]),
  queue: z.enum(["postgres", "redis"]),
  sources: z.array(
    z.object({
      id: z.uuid(),
      key: z.string(),
      name: z.string(),
      kind: z.string(),
      disabledAt: z.number().nullable(),
      keys: z.array(
        z.object({
          name: z.string(),
          kind: z.string(),
          prefix: z.string(),
          scopes: z.array(z.string()),
          lastUsedAt: z.number().nullable(),
          revokedAt: z.number().nullable(),
        }),
      ),
    }),
  ),
});
export type SettingsView = z.infer<typeof settingsSchema>;

export const roleSchema = z.enum(["admin", "marketer", "product", "support_lead", "agent", "compliance", "manager"]);
export const personSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string(),
  role: z.string(),
  roleName: z.string(),
  createdAt: z.number(),
  disabledAt: z.number().nullable(),
  self: z.boolean(),
});
export type PersonView = z.infer<typeof personSchema>;
export const changeRoleInput = z.strictObject({ userId: z.uuid(), role: roleSchema });
export const setDisabledInput = z.strictObject({ userId: z.uuid(), disabled: z.boolean() });
export const inviteInput = z.strictObject({ role: roleSchema });
export const inviteOutput = z.object({ url: z.string(), expiresAt: z.number() });

/** A new account, from the set-up page or an invitation. */
export const newAccountSchema = z.object({
  token: z.string().min(20, "The token is missing or incomplete.").max(100),
  name: z.string().trim().min(1, "Tell us your name.").max(120),
  email: z.email("This does not look like an e-mail address.").max(320),
  password: z.string().min(12, "Choose at least 12 characters.").max(1000),
});
