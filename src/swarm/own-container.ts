/**
 * Containers of our own beside the apps, such as the one that a backup runs in: plain ones that the engine removes
 * when they end, on the node that holds the data. Never services: jobs that are created and removed leak tasks, and
 * their containers keep volumes "in use" (moby#44312, moby#42789).
 */
import { posix } from "node:path";
import type { Duplex, Readable } from "node:stream";
import { Problem } from "../core/problem.ts";
import { nodeNotReached } from "../core/problems/swarm.ts";
import { statusOf, type Engine } from "./engine/connect.ts";
import { execOnce } from "./exec-once.ts";
import { eachFrame } from "./frames.ts";
import { unlessGone } from "./gone.ts";
import { haveImage } from "./have-image.ts";
import { namespaceLabel } from "./plan/rendered.ts";
import { tarOf } from "./tar.ts";

export type HelperMount =
  /** A volume that is not there is made, with the labels of the stack when one is given. */
  | { kind: "volume"; source: string; target: string; readOnly: boolean; stack?: string }
  /** A folder of the node; it is made when it is not there. */
  | { kind: "bind"; source: string; target: string; readOnly: boolean };

export interface HelperWish {
  /** The id of a node of the Swarm; null: the one that is asked. */
  node: string | null;
  /** Has `sleep` and whatever is to be run in it. */
  image: string;
  /** The run that it works for: by this `dropHelpers` finds it. */
  run: string;
  /** What only one helper may work in at a time, such as a repository: by this `dropHolders` finds it. */
  holds?: string;
  hostname: string;
  mounts: HelperMount[];
  /** Copied in before it starts, readable by root alone: secrets go this way, never by environment or argument. */
  files: { path: string; bytes: Buffer }[];
  /** Nothing secret: anybody with the engine's socket can read it. */
  env?: Record<string, string>;
  /** Whether it reaches other machines; without, it has no network at all. */
  network: boolean;
}

export interface HelperCommand {
  stdin?: Buffer | Readable;
  /** Takes the output as it comes; without it the output is kept and answered. */
  onStdout?: (bytes: Buffer) => void | Promise<void>;
  signal?: AbortSignal;
}

export interface HelperEnd {
  /** 137 when it was killed. */
  exitCode: number;
  stdout: string;
  /** Its last 64 KB. */
  stderr: string;
}

/** A container of ours that runs until it is closed. */
export interface Helper {
  /** The container's id. */
  id: string;
  /** The node it is on, as the engine calls it. */
  node: string;
  /** Runs a command in it; any exit code is an answer. Rejects with the reason of an aborted `signal`. */
  exec(argv: readonly string[], options?: HelperCommand): Promise<HelperEnd>;
  /** Ends it with everything that runs in it. Safe twice. */
  close(): Promise<void>;
}

const helperLabel = "tandem.helper";
const holdsLabel = "tandem.holds";
/** It ends by itself after this long, should nobody be left to close it: longer than any backup. */
const longestSeconds = 24 * 3600;
const mostStdout = 64 * 1024 * 1024;
const mostStderr = 64 * 1024;

/** Starts a helper. Throws `engine-refused` when it cannot be made, `node-not-reached` without a way to its node. */
export async function startHelper(asked: Engine, wish: HelperWish): Promise<Helper> {
  const engine = wish.node === null ? asked : await asked.at(wish.node);
  await haveImage(engine, wish.image);
  const made = await engine.ask("make a helper", () => engine.docker.createContainer(specOf(wish) as object));
  const close = (): Promise<void> => end(engine, made.id);
  try {
    const container = engine.docker.getContainer(made.id);
    await copyInto(engine, made.id, wish.files);
    await engine.ask("start a helper", () => container.start() as Promise<unknown>);
    return {
      id: made.id,
      node: wish.node ?? (await nodeOf(engine)),
      exec: (argv, options) => run(engine, made.id, argv, options),
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function nodeOf(engine: Engine): Promise<string> {
  const { node } = await engine.check().catch(async () => ({ node: (await engine.version()).nodeId }));
  return node;
}

/**
 * Runs one command as the first and only process of a helper, and waits for its end. Any exit code is an answer.
 * Throws as `startHelper`, and the reason of an aborted `signal`.
 */
export async function helperOnce(
  asked: Engine,
  wish: HelperWish,
  argv: readonly string[],
  signal?: AbortSignal,
): Promise<HelperEnd> {
  const engine = wish.node === null ? asked : await asked.at(wish.node);
  await haveImage(engine, wish.image);
  const spec = { ...specOf(wish), Entrypoint: [...argv], Cmd: [] };
  const made = await engine.ask("make a helper", () => engine.docker.createContainer(spec as object));
  const container = engine.streams.getContainer(made.id);
  try {
    await copyInto(engine, made.id, wish.files);
    return await engine.ask(`run ${argv[0] ?? "a command"} in a helper`, async () => {
      const stream = await container.attach({ stream: true, stdout: true, stderr: true });
      const kept = { stdout: Buffer.alloc(0) as Buffer, stderr: Buffer.alloc(0) as Buffer };
      const heard = (kind: "stdout" | "stderr", bytes: Buffer): void => {
        kept[kind] = Buffer.concat([kept[kind], bytes]).subarray(-mostStderr);
      };
      const hear = async (): Promise<void> => {
        await container.start();
        await eachFrame(stream as unknown as Duplex, heard, { signal });
      };
      // Its end is asked for before it starts: one that has ended is removed, and can be asked no more.
      const ended = container.wait({ condition: "removed" }) as Promise<{ StatusCode: number }>;
      const [{ StatusCode }] = await Promise.all([ended, hear()]);
      return { exitCode: StatusCode, stdout: kept.stdout.toString(), stderr: kept.stderr.toString() };
    });
  } finally {
    await end(engine, made.id);
  }
}

async function copyInto(engine: Engine, container: string, files: HelperWish["files"]): Promise<void> {
  if (files.length === 0) return;
  // All in one call: for each the engine mounts everything that the container will have.
  const tar = tarOf(
    files.map(({ path, bytes }) => ({ name: posix.relative("/", path), bytes })),
    0o600,
  );
  await engine.ask("copy files into a helper", () =>
    engine.docker.getContainer(container).putArchive(tar, { path: "/" }),
  );
}

/** Ends the helpers that a run has left on the given nodes. Answers how many there were. */
export async function dropHelpers(
  asked: Engine,
  run: string,
  nodes: readonly (string | null)[],
): Promise<number> {
  let dropped = 0;
  for (const node of new Set(nodes)) {
    const engine = node === null ? asked : await asked.at(node);
    for (const { Id } of await engine.containers({ label: [`${helperLabel}=${run}`] })) {
      await drop(engine, Id);
      dropped++;
    }
  }
  return dropped;
}

/**
 * Ends whatever helper works in this thing, on all nodes to which a way leads: on others none was ever started. One is
 * spared: that of the caller. Throws as any call when one of these nodes does not answer.
 */
export async function dropHolders(asked: Engine, thing: string, spared: string): Promise<void> {
  for (const { ID } of await asked.nodes()) {
    const engine = await engineAt(asked, ID);
    const found = (await engine?.containers({ label: [`${holdsLabel}=${thing}`] })) ?? [];
    for (const { Id } of found) if (engine !== undefined && Id !== spared) await drop(engine, Id);
  }
}

async function engineAt(asked: Engine, node: string): Promise<Engine | undefined> {
  try {
    return await asked.at(node);
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === nodeNotReached.code) return undefined;
    throw thrown;
  }
}

/** Interrupts all but itself and the first process, and waits 5 s for their end. What has ended has no `exe`. */
const interrupt = `
kill -INT -1
n=0
while [ $n -lt 50 ]; do
  left=
  for one in /proc/[0-9]*; do
    [ "$one" = /proc/1 ] || [ "$one" = "/proc/$$" ] || [ ! -e "$one/exe" ] || left=1
  done
  [ -n "$left" ] || break
  sleep 0.1
  n=$((n+1))
done`.trim();
const letGoMs = 10_000;

/**
 * Ends a helper that nobody hears any more. What works in it first gives back what it holds: killed, restic would
 * leave its lock.
 */
async function drop(engine: Engine, container: string): Promise<void> {
  try {
    await run(engine, container, ["sh", "-c", interrupt], { signal: AbortSignal.timeout(letGoMs) });
  } catch {
    // Nothing runs in it, or it does not listen: it is ended in any case.
  }
  await end(engine, container);
}

/** One that ends by itself is being removed by the engine, which then refuses to do it twice. */
async function end(engine: Engine, container: string): Promise<void> {
  try {
    await unlessGone(engine, "remove a helper", () =>
      engine.docker.getContainer(container).remove({ force: true, v: true }),
    );
  } catch (thrown) {
    if (statusOf(thrown) !== 409) throw thrown;
  }
}

function specOf({ image, run: name, holds, hostname, mounts, env = {}, network }: HelperWish) {
  return {
    Image: image,
    Entrypoint: ["sleep"],
    Cmd: [String(longestSeconds)],
    Hostname: hostname,
    User: "0",
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    Labels: { [helperLabel]: name, ...(holds !== undefined && { [holdsLabel]: holds }) },
    // Where it is "none" alone, the engine starts itself once more to set up the network that is not there.
    NetworkDisabled: !network,
    HostConfig: {
      AutoRemove: true,
      // As a program of the node itself: repositories may be on it, or behind its own way out.
      NetworkMode: network ? "host" : "none",
      Binds: mounts
        .filter(({ kind }) => kind === "bind")
        .map((one) => `${one.source}:${one.target}${one.readOnly ? ":ro" : ""}`),
      Mounts: mounts.flatMap((one) => (one.kind === "volume" ? [volumeMount(one)] : [])),
    },
  };
}

function volumeMount({ source, target, readOnly, stack }: Extract<HelperMount, { kind: "volume" }>) {
  const Labels = stack === undefined ? {} : { [namespaceLabel]: stack };
  return {
    Type: "volume",
    Source: source,
    Target: target,
    ReadOnly: readOnly,
    VolumeOptions: { NoCopy: true, Labels },
  };
}

async function run(
  engine: Engine,
  container: string,
  argv: readonly string[],
  { stdin, onStdout, signal }: HelperCommand = {},
): Promise<HelperEnd> {
  const kept = { stdout: [] as Buffer[], bytes: 0, stderr: Buffer.alloc(0) };
  const heard = (kind: "stdout" | "stderr", bytes: Buffer): void | Promise<void> => {
    if (kind === "stderr") kept.stderr = Buffer.concat([kept.stderr, bytes]).subarray(-mostStderr);
    else if (onStdout !== undefined) return onStdout(bytes);
    else if ((kept.bytes += bytes.length) > mostStdout)
      throw new RangeError(`${argv[0] ?? ""} printed too much`);
    else kept.stdout.push(Buffer.from(bytes));
  };
  const exitCode =
    (await execOnce(engine, { container, where: "a helper", argv, stdin, signal }, heard)) ?? 137;
  return {
    exitCode,
    stdout: Buffer.concat(kept.stdout).toString("utf8"),
    stderr: kept.stderr.toString("utf8"),
  };
}
