import type { ClientChannel } from "ssh2";
import type { Line } from "./dial.ts";

const mostOutput = 64 * 1024;

/** Words for the shell at the other end, which sshd always asks: each stays one word and is nothing else. */
export function words(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

/** Runs a command at the other end and waits for its end. Rejects when the line is cut or sshd refuses. */
export async function run(
  line: Line,
  argv: readonly string[],
): Promise<{ code: number | null; output: string }> {
  let output = "";
  let code: number | null = null;
  const channel = await openExec(line, words(argv), (opened) => {
    opened.on("exit", (ended: number | null) => (code = ended));
  });
  channel.stderr.resume();
  channel.end();
  for await (const chunk of channel as AsyncIterable<Buffer>) {
    output = (output + chunk.toString()).slice(0, mostOutput);
  }
  return { code, output };
}

/**
 * Opens a channel to a command at the other end. `hear` is called in the turn in which it is there: one that ends at
 * once has said its exit code before anybody who awaits the channel could listen.
 */
export function openExec(
  line: Line,
  command: string,
  hear: (channel: ClientChannel) => void,
): Promise<ClientChannel> {
  return line.open((client, give) =>
    client.exec(command, (refusal, channel) => {
      if (refusal === undefined) hear(channel);
      give(refusal, channel);
    }),
  );
}
