import type { Logger } from "pino";

/** The part of the log that the transport writes to. */
export type ChatLog = Pick<Logger, "debug" | "info" | "warn" | "error">;
