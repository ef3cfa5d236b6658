/** Commands inside the containers of a stack, through the node that runs them. */
import type { Duplex } from "node:stream";
import { notRunningThere, stackUnknown } from "../core/problems/swarm.ts";
import type { Engine } from "./engine/connect.ts";
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
  return await there.engine.ask(`run ${argv[0] ?? "a command"} in ${stack}_${service}`, async () => {
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
  });
}

/** Everything that the command prints until it ends; the frames of both streams in the order of their coming. */
async function heardOut(
  stream: Duplex,
  stdin: Buffer | undefined,
  signal: AbortSignal | undefined,
): Promise<{ output: string; isCut: boolean }> {
  const abort = (): void => void stream.destroy(signal?.reason as Error);
  signal?.addEventListener("abort", abort, { once: true });
  if (stdin !== undefined) stream.end(stdin);
  let kept = Buffer.alloc(0);
  let raw = Buffer.alloc(0);
  let isCut = false;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      raw = Buffer.concat([raw, chunk]);
      // Docker Engine API, "Stream format": one byte stream number, three zeros, four bytes length.
      while (raw.length >= 8 && raw.length >= 8 + raw.readUInt32BE(4)) {
        const end = 8 + raw.readUInt32BE(4);
        kept = Buffer.concat([kept, raw.subarray(8, end)]);
        raw = raw.subarray(end);
      }
      if (kept.length > mostOutputBytes) {
        isCut = true;
        kept = kept.subarray(-mostOutputBytes);
      }
    }
  } finally {
    signal?.removeEventListener("abort", abort);
  }
  return { output: kept.toString("utf8"), isCut };
}
