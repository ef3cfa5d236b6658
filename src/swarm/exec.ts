/** Commands inside the containers of a stack, through the node that runs them. */
import type { Duplex, Readable } from "node:stream";
import { notRunningThere, stackUnknown } from "../core/problems/swarm.ts";
import type { Engine } from "./engine/connect.ts";
import { eachFrame } from "./frames.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import type { ExecRequest, ExecResult } from "./types.ts";

/** What a room or a page can take in; a command that prints more keeps its end. */
const mostOutputBytes = 256 * 1024;

/** Where a service runs: its container, and the engine of the node that holds it. */
export interface Running {
  /** The engine of that node. */
  engine: Engine;
  container: string;
  task: string;
  node: string;
}

/**
 * The newest running container of a service. Throws `stack-unknown` when there is no such service,
 * `not-running-there` when none of its tasks runs, `node-not-reached` when no way leads to its node.
 */
export async function runningContainer(engine: Engine, stack: string, service: string): Promise<Running> {
  const label = [`${namespaceLabel}=${stack}`];
  const [services, tasks] = await Promise.all([engine.services({ label }), engine.tasks({ label })]);
  if (services.length === 0) throw stackUnknown({ stack });
  const found = services.find(({ Spec }) => shortName(stack, Spec.Name) === service);
  if (found === undefined) throw stackUnknown({ stack, service });
  const running = tasks
    .filter(({ ServiceID, Status }) => ServiceID === found.ID && Status.State === "running")
    .sort((a, b) => (a.Status.Timestamp < b.Status.Timestamp ? 1 : -1))
    .find(({ Status }) => Status.ContainerStatus?.ContainerID !== undefined);
  const container = running?.Status.ContainerStatus?.ContainerID;
  if (running?.NodeID === undefined || container === undefined) throw notRunningThere({ stack, service });
  return { engine: await engine.at(running.NodeID), container, task: running.ID, node: running.NodeID };
}

/** Runs a command in the newest running container of a service and waits for its end. */
export async function execIn(
  engine: Engine,
  stack: string,
  service: string,
  request: ExecRequest,
): Promise<ExecResult> {
  const there = await runningContainer(engine, stack, service);
  const { argv, user, env, stdin, signal } = request;
  signal?.throwIfAborted();
  return await there.engine.ask(
    `run ${argv[0] ?? "a command"} in ${stack}_${service}`,
    async () => {
      const exec = await there.engine.docker.getContainer(there.container).exec({
        Cmd: argv,
        AttachStdin: stdin !== undefined,
        AttachStdout: true,
        AttachStderr: true,
        ...(user !== undefined && { User: user }),
        ...(env !== undefined && { Env: Object.entries(env).map(([key, value]) => `${key}=${value}`) }),
      });
      // A command may be silent for longer than a call may take: it is heard by the client without a time limit.
      const started = there.engine.streams.getExec(exec.id);
      const stream = await started.start({ hijack: true, stdin: stdin !== undefined });
      const { output, isCut } = await heardOut(stream, stdin, signal);
      const { ExitCode } = await exec.inspect();
      return { exitCode: ExitCode ?? -1, output, isCut, node: there.node };
    },
    { once: true },
  );
}

/** As `execIn`, for output of any length: it is handed on as it comes, and only the end of stderr is kept. */
export async function execStreamed(
  engine: Engine,
  stack: string,
  service: string,
  argv: readonly string[],
  {
    onStdout,
    stdin,
    signal,
  }: { onStdout: (bytes: Buffer) => void | Promise<void>; stdin?: Readable; signal?: AbortSignal },
): Promise<{ exitCode: number; stderr: string }> {
  const there = await runningContainer(engine, stack, service);
  signal?.throwIfAborted();
  return await there.engine.ask(
    `run ${argv[0] ?? "a command"} in ${stack}_${service}`,
    async () => {
      const exec = await there.engine.docker
        .getContainer(there.container)
        .exec({ Cmd: [...argv], AttachStdin: stdin !== undefined, AttachStdout: true, AttachStderr: true });
      const stream = await there.engine.streams
        .getExec(exec.id)
        .start({ hijack: true, stdin: stdin !== undefined });
      let stderr: Buffer = Buffer.alloc(0);
      const heard = (kind: "stdout" | "stderr", bytes: Buffer): void | Promise<void> => {
        if (kind === "stdout") return onStdout(bytes);
        stderr = Buffer.concat([stderr, bytes]).subarray(-mostOutputBytes);
      };
      await eachFrame(stream, heard, { stdin, signal });
      const { ExitCode } = await exec.inspect();
      return { exitCode: ExitCode ?? -1, stderr: stderr.toString("utf8") };
    },
    { once: true },
  );
}

/** Everything that the command prints until it ends; both streams in the order of their coming. */
async function heardOut(
  stream: Duplex,
  stdin: Buffer | undefined,
  signal: AbortSignal | undefined,
): Promise<{ output: string; isCut: boolean }> {
  let kept = Buffer.alloc(0);
  let isCut = false;
  const keep = (_: string, bytes: Buffer): void => {
    kept = Buffer.concat([kept, bytes]);
    if (kept.length <= mostOutputBytes) return;
    isCut = true;
    kept = kept.subarray(-mostOutputBytes);
  };
  await eachFrame(stream, keep, { stdin, signal });
  return { output: kept.toString("utf8"), isCut };
}
