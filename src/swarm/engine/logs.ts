import { redact } from "../../core/secret.ts";
import type { Engine } from "./connect.ts";

/** Longer lines are cut: one line of a log can be a whole page. */
const longestLine = 500;
/** As much of a line is looked at: far more than any secret has, and Docker itself splits lines at a quarter of it. */
const longestRead = 65_536;

/**
 * The last lines of a task's or service's output, oldest first, secrets removed. Throws what the engine
 * answers.
 */
export async function logLines(
  engine: Engine,
  of: { task: string } | { service: string },
  lines: number,
): Promise<string[]> {
  const query = { stdout: true, stderr: true, timestamps: true, tail: lines, follow: false as const };
  const answer: unknown = await engine.ask("give logs", () =>
    "task" in of
      ? (engine.docker as unknown as Taskful).getTask(of.task).logs(query)
      : engine.docker.getService(of.service).logs(query),
  );
  return linesIn(answer, lines);
}

/** The last lines in what the engine or docker-modem made of a log: sorted by time, cut, secrets removed. */
export function linesIn(answer: unknown, lines: number): string[] {
  const stamped = stampedLines(asBytes(answer)).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const shown = stamped.slice(-lines).map(({ text }) => shownLine(text));
  // Again over all of them: a private key has a line for each part of it.
  return shown.length === 0 ? [] : redact(shown.join("\n")).split("\n");
}

/**
 * Secrets are removed from far more than is shown, so that none is shown in part. Where so much was removed that the
 * cut shows, it may have gone through a secret: then nothing is shown.
 */
function shownLine(text: string): string {
  const clean = redact(text.slice(0, longestRead));
  if (text.length > longestRead && clean.length <= longestLine) return "•••";
  return clean.slice(0, longestLine);
}

interface Taskful {
  getTask(id: string): { logs(query: object): Promise<unknown> };
}

/** docker-modem hands back an object where the bytes happen to be JSON, as a terminal's output may be. */
function asBytes(answer: unknown): Buffer {
  if (Buffer.isBuffer(answer)) return answer;
  return Buffer.from(typeof answer === "string" ? answer : JSON.stringify(answer));
}

/**
 * Lines with their time stamps. Output without a terminal comes in frames: one byte stream number, three
 * zeros, four bytes length (Docker Engine API, "Stream format"); with a terminal it comes raw.
 */
function stampedLines(bytes: Buffer): { at: string; text: string }[] {
  const chunks: string[] = [];
  let at = 0;
  while (at + 8 <= bytes.length && (bytes[at] ?? 9) <= 2 && bytes.readUIntBE(at + 1, 3) === 0) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    chunks.push(bytes.toString("utf8", at + 8, end));
    at = end;
  }
  if (at < bytes.length) chunks.push(bytes.toString("utf8", at));
  return chunks
    .join("")
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line !== "")
    .map((line) => {
      const match = /^(\d{4}-\d\d-\d\dT\S+) (.*)$/s.exec(line);
      return { at: match?.[1] ?? "", text: match?.[2] ?? line };
    });
}
