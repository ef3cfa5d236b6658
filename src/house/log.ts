import { appendFileSync } from "node:fs";
import pino, { type Logger } from "pino";
import { redact } from "../core/secret.ts";

/**
 * The log: JSON lines on standard error (or appended to `file`), UTC, with every known secret taken out before a
 * line leaves.
 */
export function openLog(level: "debug" | "info" | "warn" | "error" | "silent", file?: string): Logger {
  const write = (line: string): void =>
    file === undefined ? void process.stderr.write(redact(line)) : appendFileSync(file, redact(line));
  return pino({ level, timestamp: pino.stdTimeFunctions.isoTime, base: null }, { write });
}
