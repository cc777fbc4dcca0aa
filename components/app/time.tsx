"use client";
import { useSyncExternalStore } from "react";
import { useSession } from "./session.tsx";

const TICK_MS = 15_000;
let now = 0;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** A shared clock for all words like "3 min ago"; null on the server, where no clock is the reader's. */
export function useNow(): number | null {
  const value = useSyncExternalStore(
    subscribe,
    () => now,
    () => 0,
  );
  return value === 0 ? null : value;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A date and time in a zone, the same on server and browser: "22 Nov 2026, 14:05". */
export function formatTime(at: number, timeZone: string, style: "full" | "day" | "clock" = "full"): string {
  const key = `${timeZone}\n${style}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      ...(style !== "clock" && { day: "numeric", month: "short", year: "numeric" }),
      ...(style !== "day" && { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    });
    formats.set(key, format);
  }
  return format.format(at);
}

const steps = [
  { ms: 60_000, size: 1000, unit: "s" },
  { ms: 3_600_000, size: 60_000, unit: "min" },
  { ms: 86_400_000, size: 3_600_000, unit: "h" },
  { ms: 14 * 86_400_000, size: 86_400_000, unit: "d" },
] as const;

/** "3 min ago", "in 2 h"; null when it is so far away that a date says more. */
export function relativeTime(at: number, from: number): string | null {
  const distance = Math.abs(from - at);
  if (distance < 10_000) return "just now";
  const step = steps.find((each) => distance < each.ms);
  if (step === undefined) return null;
  const amount = `${Math.floor(distance / step.size)} ${step.unit}`;
  return at <= from ? `${amount} ago` : `in ${amount}`;
}

/** An instant, in the company's time zone; the whole of it on hover. */
export function Time({ at, relative = false, style = "full" }: { at: number; relative?: boolean; style?: "full" | "day" | "clock" }) {
  const { company } = useSession();
  const current = useNow();
  const whole = formatTime(at, company.timezone);
  const words = relative && current !== null ? relativeTime(at, current) : null;
  return (
    <time dateTime={new Date(at).toISOString()} title={`${whole} ${company.timezone}`} className="whitespace-nowrap">
      {words ?? formatTime(at, company.timezone, style)}
    </time>
  );
}
