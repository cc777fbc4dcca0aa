import * as z from "zod";
import { operation } from "./operation.ts";

const provider = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, "is lower-case letters, digits, _ and -");

export const hookParams = z.object({ provider });

const receipt = z
  .object({
    id: z.string().min(1).max(200).meta({ description: "The provider's id of this notice: told twice, it counts once" }),
    messageId: z.uuid().optional(),
    providerMessageId: z.string().min(1).max(500).optional(),
    kind: z.enum(["delivered", "opened", "clicked", "bounced", "complained"]),
    hard: z.boolean().optional().meta({ description: "The address will never work" }),
    at: z.iso.datetime({ offset: true }),
  })
  .refine((one) => (one.messageId === undefined) !== (one.providerMessageId === undefined), {
    message: "names messageId or providerMessageId, one of them",
    path: ["messageId"],
  });

/** What became of messages, as a provider or its adapter reports it. */
export const receiptsSchema = z.object({ receipts: z.array(receipt).min(1).max(500) });

/** Limits of the Standard Webhooks specification 1.0.0. */
export const HOOK_TOLERANCE_MS = 300_000;

export const getHook = operation({
  id: "getHook",
  method: "get",
  path: "/v1/hooks/{provider}",
  summary: "Where a provider reports what became of messages, and the secret it signs with (Standard Webhooks)",
  scopes: ["hooks:read"],
  params: hookParams,
  query: z.object({}),
  body: z.undefined(),
  reply: z.object({ url: z.url(), secret: z.string() }),
  status: 200,
});
