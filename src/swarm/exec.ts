/** Commands inside the containers of a stack, through the node that runs them. */
import type { Readable } from "node:stream";
import { notRunningThere, stackUnknown } from "../core/problems/swarm.ts";
import type { Engine } from "./engine/connect.ts";
import { execOnce } from "./exec-once.ts";
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
  const { engine: there, container, node } = await runningContainer(engine, stack, service);
  let kept = Buffer.alloc(0);
  let isCut = false;
  // Both streams in the order of their coming.
  const keep = (_: string, bytes: Buffer): void => {
    kept = Buffer.concat([kept, bytes]);
    if (kept.length <= mostOutputBytes) return;
    isCut = true;
    kept = kept.subarray(-mostOutputBytes);
  };
  const wish = { ...request, container, where: `${stack}_${service}` };
  const exitCode = (await execOnce(there, wish, keep)) ?? -1;
  return { exitCode, output: kept.toString("utf8"), isCut, node };
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
  const { engine: there, container } = await runningContainer(engine, stack, service);
  let stderr: Buffer = Buffer.alloc(0);
  const heard = (kind: "stdout" | "stderr", bytes: Buffer): void | Promise<void> => {
    if (kind === "stdout") return onStdout(bytes);
    stderr = Buffer.concat([stderr, bytes]).subarray(-mostOutputBytes);
  };
  const wish = { container, where: `${stack}_${service}`, argv, stdin, signal };
  const exitCode = (await execOnce(there, wish, heard)) ?? -1;
  return { exitCode, stderr: stderr.toString("utf8") };
}
