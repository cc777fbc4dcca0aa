import * as z from "zod";
import type { WireEvent } from "./map-row.ts";

export type Tracked = { row: number; event: WireEvent };
export type Refused = { row: number; messageId: string; code: string; field: string; message: string };
export type BatchOutcome = { accepted: number; duplicates: number; refused: Refused[] };

const replySchema = z.object({
  verdicts: z.array(
    z.object({
      index: z.number().int(),
      status: z.enum(["accepted", "duplicate", "rejected"]),
      code: z.string().optional(),
      field: z.string().optional(),
      message: z.string().optional(),
    }),
  ),
});

const problemSchema = z.object({ title: z.string().optional(), detail: z.string().optional() });

export type Sender = {
  url: string;
  writeKey: string;
  signal: AbortSignal;
  /** The sender's clock; the machine's when left out. */
  now?(): number;
  pause(ms: number): Promise<void>;
  onWait(reason: string): void;
};

const MAX_TRIES = 60;

/** Seconds to wait as the server says (Retry-After in seconds), otherwise growing from 0.5 s to 10 s. */
function waitMs(response: Response | undefined, attempt: number): number {
  const told = Number(response?.headers.get("retry-after"));
  if (Number.isFinite(told) && told > 0) return Math.min(told, 300) * 1_000;
  return Math.min(500 * 2 ** Math.min(attempt, 5), 10_000);
}

async function post(sender: Sender, events: readonly Tracked[]): Promise<Response | string> {
  try {
    return await fetch(new URL("/v1/batch", sender.url), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Basic ${Buffer.from(`${sender.writeKey}:`).toString("base64")}` },
      body: JSON.stringify({ batch: events.map((tracked) => tracked.event), sentAt: new Date(sender.now?.() ?? Date.now()).toISOString() }),
      signal: sender.signal,
    });
  } catch (error) {
    if (sender.signal.aborted) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Sends one batch until the server has taken it. 429, 5xx and a lost connection are tried again with the same message ids, so that
 * nothing is lost and nothing counts twice; any other refusal ends the run with the server's words.
 */
export async function sendBatch(sender: Sender, events: readonly Tracked[]): Promise<BatchOutcome> {
  for (let attempt = 0; ; attempt += 1) {
    const response = await post(sender, events);
    if (typeof response !== "string" && response.ok) {
      const { verdicts } = replySchema.parse(await response.json());
      const outcome: BatchOutcome = { accepted: 0, duplicates: 0, refused: [] };
      for (const result of verdicts) {
        if (result.status === "accepted") outcome.accepted += 1;
        else if (result.status === "duplicate") outcome.duplicates += 1;
        else {
          const tracked = events[result.index];
          outcome.refused.push({
            row: tracked?.row ?? 0,
            messageId: tracked?.event.messageId ?? "",
            code: result.code ?? "rejected",
            field: result.field ?? "",
            message: result.message ?? "",
          });
        }
      }
      return outcome;
    }
    const transient = typeof response === "string" || response.status === 429 || response.status >= 500;
    const reason = typeof response === "string" ? response : `HTTP ${response.status}`;
    if (!transient) {
      const problem = problemSchema.safeParse(await response.json().catch(() => ({})));
      const words = problem.success ? [problem.data.title, problem.data.detail].filter(Boolean).join(": ") : "";
      throw new Error(`The server refused the batch (${reason}). ${words}`.trim());
    }
    if (attempt >= MAX_TRIES)
      throw new Error(`Gave up after ${MAX_TRIES} tries: ${reason}. Run the same command again to go on where it stopped.`);
    sender.onWait(reason);
    await sender.pause(waitMs(typeof response === "string" ? undefined : response, attempt));
  }
}
