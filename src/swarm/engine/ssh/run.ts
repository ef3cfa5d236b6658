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
  const channel = await line.open((client, give) => client.exec(words(argv), give));
  channel.stderr.resume();
  channel.end();
  let output = "";
  let code: number | null = null;
  channel.on("exit", (ended: number | null) => (code = ended));
  for await (const chunk of channel as AsyncIterable<Buffer>) {
    output = (output + chunk.toString()).slice(0, mostOutput);
  }
  return { code, output };
}
