import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Config } from "../config.ts";
import { serverNotRunning } from "../core/problems/house.ts";
import { sayProgress } from "../chat/progress.ts";
import { render } from "../chat/render.ts";
import { doorPath, type DoorAnswer } from "../house/local-door.ts";
import type { RunDetail } from "../workflow/types.ts";

const lookEveryMs = 1000;

/** What goes along with a command and is no part of its words. */
export interface Along {
  /** The value of a secret. */
  secret?: string | undefined;
  /** A file, in base64. */
  file?: string | undefined;
}

/** Says a command to the running server. Fails with a problem when no server answers at the local door. */
export async function ask(
  config: Config,
  words: string[],
  as?: string,
  along: Along = {},
): Promise<DoorAnswer> {
  const line = words.map(quoted).join(" ");
  const body = { line, ...(as !== undefined && { as }), ...along };
  return (await throughDoor(config, "POST", "/", body)) as DoorAnswer;
}

/** Shows a run's progress until it has ended: 0 when it is done, 1 otherwise. */
export async function follow(config: Config, run: string, print: (text: string) => void): Promise<number> {
  let shown = "";
  for (;;) {
    const detail = (await throughDoor(config, "GET", `/runs/${run}`)) as RunDetail | null;
    if (detail === null) return 1;
    const text = render(sayProgress(detail)).body;
    if (text !== shown) print(text);
    shown = text;
    if (detail.finishedAt !== null) return detail.status === "done" ? 0 : 1;
    await pause(lookEveryMs);
  }
}

/** One request through the local door. */
export function throughDoor(
  config: Pick<Config, "dataDir">,
  method: string,
  url: string,
  body?: unknown,
): Promise<unknown> {
  const socketPath = doorPath(config.dataDir);
  return new Promise((answered, failed) => {
    const call = request({ socketPath, method, path: url }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => answered(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
    });
    call.on("error", (thrown) => failed(serverNotRunning({ socket: socketPath }, thrown)));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/**
 * The shell took the quotes off; words with spaces get them back, so that they arrive as one word. Of a flag only
 * the value: in quotes it would be no flag.
 */
function quoted(word: string): string {
  if (/^[\w@:.,/+=-]+$/.test(word)) return word;
  const [, flag = "", value = ""] = /^(--[\w-]+=)?(.*)$/s.exec(word) ?? [];
  return `${flag}"${value.replace(/[\\"“”]/g, "\\$&")}"`;
}
