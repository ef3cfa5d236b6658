import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { loadConfig } from "../config.ts";
import { passwordMissing } from "../core/problems/house.ts";
import { Secret } from "../core/secret.ts";
import { ownOptions } from "./own-options.ts";

// What matrix-bot-sdk brings along warns of itself; nobody who logs in can do anything about it.
process.noDeprecation = true;
const { login: logIn } = await import("../chat/matrix/index.ts");

const usage = `Usage: tandem login --user NAME [--homeserver URL] [--device NAME] [--out FILE]

Logs the bot in with its password (asked for, or read from standard input) and writes the access token into FILE
(default: matrix_token), readable for you alone. Name that file in matrix.accessTokenFile.`;

const options = {
  user: { type: "string" },
  homeserver: { type: "string" },
  // Always the same one, unless its keys are lost: the homeserver knows a repeated message only by its device.
  device: { type: "string", default: "TANDEM" },
  out: { type: "string", default: "matrix_token" },
} as const;

/** Makes an access token for the bot's account. The password is never kept; the token goes into a file of its own. */
export async function login(words: string[], print: (text: string) => void): Promise<number> {
  const values = ownOptions("login", words, options, usage);
  const homeserver = values.homeserver ?? loadConfig().matrix?.homeserver;
  if (values.user === undefined || homeserver === undefined) {
    print(usage);
    return 2;
  }
  const loggedIn = await logIn(homeserver, values.user, new Secret(await readPassword()), values.device);
  writeFileSync(values.out, `${loggedIn.accessToken.reveal()}\n`, { mode: 0o600 });
  print(`${loggedIn.userId} is logged in as device ${loggedIn.deviceId}; the token is in ${values.out}.`);
  return 0;
}

/** One line from standard input; a terminal is asked for it and shows nothing of it. Throws when there is none. */
function readPassword(): Promise<string> {
  const { stdin, stderr } = process;
  if (stdin.isTTY) stderr.write("Password of the bot's account: ");
  const nowhere = new Writable({ write: (_chunk, _encoding, written) => written() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: stdin.isTTY });
  return new Promise((read, failed) => {
    lines.once("line", (line) => {
      if (stdin.isTTY) stderr.write("\n");
      if (line !== "") read(line);
      lines.close();
    });
    lines.once("close", () => failed(passwordMissing({})));
    lines.once("SIGINT", () => lines.close());
  });
}
