/** A command begun in a container and heard to its end: whoever runs one, of an app or of ours, does it this way. */
import type { Readable } from "node:stream";
import { statusOf, type Engine } from "./engine/connect.ts";
import { eachFrame } from "./frames.ts";

export interface ExecWish {
  container: string;
  /** For whoever reads that it was refused: `stack_service`, or what container it is. */
  where: string;
  argv: readonly string[];
  /** As in the image unless given. */
  user?: string | undefined;
  env?: Readonly<Record<string, string>> | undefined;
  stdin?: Buffer | Readable | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Answers the exit code, null where the engine does not say one: its container was ended with it. Once: begun again by
 * itself it would run twice, or read half of its input. Rejects with the reason of an aborted `signal`, and as
 * `eachFrame`.
 */
export async function execOnce(
  engine: Engine,
  { container, where, argv, user, env, stdin, signal }: ExecWish,
  heard: (kind: "stdout" | "stderr", bytes: Buffer) => void | Promise<void>,
): Promise<number | null> {
  signal?.throwIfAborted();
  return await engine.ask(
    `run ${argv[0] ?? "a command"} in ${where}`,
    async () => {
      const exec = await engine.docker.getContainer(container).exec({
        Cmd: [...argv],
        AttachStdin: stdin !== undefined,
        AttachStdout: true,
        AttachStderr: true,
        ...(user !== undefined && { User: user }),
        ...(env !== undefined && { Env: Object.entries(env).map(([key, value]) => `${key}=${value}`) }),
      });
      // A command may be silent for longer than a call may take: it is heard by the client without a time limit.
      const begun = engine.streams.getExec(exec.id);
      const stream = await begun.start({ hijack: true, stdin: stdin !== undefined });
      await eachFrame(stream, heard, { stdin, signal });
      return await exitCodeOf(exec);
    },
    { once: true },
  );
}

/** A container that was ended takes what is known of its commands with it: at once, or when it is removed. */
async function exitCodeOf(exec: { inspect(): Promise<{ ExitCode: number | null }> }): Promise<number | null> {
  try {
    return (await exec.inspect()).ExitCode;
  } catch (thrown) {
    if (statusOf(thrown) === 404) return null;
    throw thrown;
  }
}
