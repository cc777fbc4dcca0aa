import pino from "pino";
import { redact, redactText } from "./redact.ts";

export type Log = pino.Logger;

const LEVELS = new Set(["fatal", "error", "warn", "info", "debug", "trace", "silent"]);

function levelOf(source: NodeJS.ProcessEnv): string {
  const asked = source.TACT_LOG_LEVEL ?? "";
  if (LEVELS.has(asked)) return asked;
  return source.NODE_ENV === "test" ? "silent" : "info";
}

/**
 * A logger that writes one JSON object a line to standard output (or `destination`). Whatever it is given, no e-mail address, phone
 * number, trait, message text or credential reaches the line. TACT_LOG_LEVEL sets the level.
 */
export function createLogger(name: string, options: { level?: string; destination?: pino.DestinationStream } = {}): Log {
  const settings: pino.LoggerOptions = {
    name,
    level: options.level ?? levelOf(process.env),
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: (object) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, redact(value, key)])),
    },
    // errors are already plain and redacted here
    serializers: { err: (error: unknown) => error },
    // the message itself is text that only the finished line holds
    hooks: { streamWrite: redactText },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
