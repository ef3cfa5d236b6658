import pino, { type Logger } from "pino";
import { redact } from "../core/secret.ts";

/** The log: JSON lines on standard error, UTC, with every known secret taken out before a line leaves. */
export function openLog(level: "debug" | "info" | "warn" | "error" | "silent"): Logger {
  const clean = { write: (line: string) => void process.stderr.write(redact(line)) };
  return pino({ level, timestamp: pino.stdTimeFunctions.isoTime, base: null }, clean);
}
