/**
 * What the swarm room hands out. Everything here is JSON: plans and verdicts are kept in the journal of the
 * workflow that works with them.
 */
import type { ServiceAnatomy } from "./anatomy.ts";
import type { Belongings } from "./belongings.ts";
import type { ContainerFile, Replaced } from "./copy.ts";
import type { Helper, HelperEnd, HelperWish } from "./own-container.ts";
import type { LiveChange } from "./live-plan.ts";
import type { Mounter } from "./mounters.ts";
import type { StackOverview } from "./overview.ts";
import type { Readable } from "node:stream";
import type { LateProblem } from "./probation.ts";
import type { SecretRow } from "./secret-rows.ts";
import type { Json } from "../core/canonical.ts";

/** A stack as its files say it, before anything is asked of the engine. */
export interface StackInput {
  /** Stack name: the domain with dots as underscores, as abra does it. */
  stack: string;
  /** Compose files in order; the folder of the first is the working directory. */
  files: { path: string; text: string }[];
  dir: string;
  /** The whole environment: nothing of the process leaks in. */
  env: Record<string, string>;
  /** Labels for the service `app` (recipe, version, …), set after conversion. */
  appLabels: Record<string, string>;
  /**
   * Variables for the service `app` beside those of its files, which win: abra shows an app all its settings,
   * so that they can be read back from the swarm.
   */
  appEnv?: Record<string, string>;
  /**
   * Names of external secrets that are created between plan and apply: the check for missing secrets lets
   * them pass.
   */
  willExist?: string[];
  /** By the name of a config: the setting that its version comes from, for the words when that is not raised. */
  configSettings?: Record<string, string>;
  /** How long the deploy may take in seconds; undefined = worked out from healthchecks. */
  timeoutSeconds?: number;
  /** Images in place of those that the files name, by service: those that ran when a backup was taken. */
  images?: Record<string, string>;
}

/** A stack as its services tell of it, whoever deployed it. */
export interface StackSight {
  stack: string;
  services: {
    service: string;
    labels: Record<string, string>;
    /** `NAME=value`, secrets among them: for the moment in which it is read, never for a message or a row. */
    env: string[];
  }[];
}

/** A volume of a stack and where it is. */
export interface StackVolume {
  name: string;
  /** A service that uses it. */
  service: string;
  image: string;
  /** The id of the node that holds it; null: the one that is asked. */
  node: string | null;
}

/** A volume that is being read. */
export interface OpenVolume {
  /** tar */
  stream: Readable;
  close: () => Promise<void>;
}

/** One line of what a deploy would change, for people. */
export interface ServiceChange {
  service: string;
  change: "create" | "update" | "same" | "remove";
}

/** What a deploy would do. Made without writing anything; all checks are passed. */
export interface StackPlan {
  stack: string;
  changes: ServiceChange[];
  /**
   * The rendered specs that will be sent, images with digests where the registry gave them. Secrets by name
   * only.
   */
  specs: StackSpecs;
  /** What runs now, for the way back. */
  before: StackSnapshot;
  /** What changes, as text for people; values of environment variables that look secret are not in it. */
  diff: string;
  /** In words: no healthcheck, `latest`, monitor not longer than delay, ignored keys, … */
  warnings: string[];
  /** True when nothing would change. */
  isEmpty: boolean;
  /**
   * Over specs and before: an approval binds to it; deploy refuses when either has changed since. Secrets
   * count by name, so that creating them does not change it.
   */
  hash: string;
  timeoutSeconds: number;
}

/** Docker API payloads by kind; services by their short name, such as `app`. */
export interface StackSpecs {
  services: Record<string, Json>;
  networks: Record<string, Json>;
  secrets: string[];
  configs: Record<string, Json>;
}

/** Per service (short name, such as `app`) what ran before: null when it did not exist. */
export interface StackSnapshot {
  services: Record<string, ServiceSnapshot | null>;
}

export interface ServiceSnapshot {
  id: string;
  spec: Json;
  version: number;
  /** Every task that the engine remembered: what failed among them is old news for the watch. */
  tasks: string[];
  /** StartedAt of the update status that was there, so that an old rollback is not taken for a new one. */
  updateStartedAt?: string;
}

/** How a deploy went. A rollback is a failure. */
export interface Verdict {
  outcome: "converged" | "failed" | "rolled back";
  /**
   * image-not-found, crash-loop, unhealthy, not-ready, no-node, no-resources, port-in-use, missing-secret,
   * cannot-exec, bad-mount, paused, …
   */
  code?: string;
  /** Why, in words, for people. */
  reason?: string;
  service?: string;
  /** The failing task's last log lines, secrets removed. */
  lastLines?: string[];
  seconds: number;
}

export interface TaskRow {
  service: string;
  task: string;
  node: string;
  image: string;
  state: string;
  health?: string;
  since: string;
  problem?: string;
}

export interface ServiceRow {
  service: string;
  image: string;
  running: number;
  wanted: number | null;
  update?: string;
}

export interface NodeRow {
  id: string;
  hostname: string;
  role: string;
  /** ready, down, unknown, disconnected */
  state: string;
  availability: string;
  /** Where the other nodes find it; null when the Swarm does not say. */
  addr: string | null;
  /** The one whose engine is asked. */
  isAsked: boolean;
}

export interface ExecRequest {
  /** The command and its words; no shell is asked. */
  argv: string[];
  /** As in the image unless given. */
  user?: string;
  env?: Record<string, string>;
  stdin?: Buffer;
  signal?: AbortSignal;
}

export interface ExecResult {
  exitCode: number;
  /** What it printed, both streams in the order in which they came; secrets are not removed yet. */
  output: string;
  /** The output was longer than is kept; its end is what is there. */
  isCut: boolean;
  node: string;
}

/** One Swarm, over its socket or over SSH. */
export interface RemoveOptions {
  volumes?: boolean | undefined;
  secrets?: boolean | undefined;
  /** Nodes of which it is known that they cannot be asked for volumes, by their names. */
  unseen?: readonly string[] | undefined;
  /** Its containers are removed with it, wherever they stand: for what was thrown away from the beginning. */
  atOnce?: boolean | undefined;
  /** Only what the plan with this hash has written; nothing more where other services stand beside it. */
  ofPlan?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface Swarm {
  /**
   * Renders, compares, checks everything that can be checked before the first write. Throws a Problem on
   * the first failing check. `patient`: an engine that is away is waited for, as by all that changes something;
   * otherwise that is the answer.
   */
  plan(input: StackInput, options?: { patient?: boolean }): Promise<StackPlan>;
  /**
   * Sends the plan. Refuses with `plan-changed` when what runs is not what the plan was made for. Safe to
   * call again. `labels` go onto every service that is written (`tandem.run`, `tandem.asked-by`): they
   * restart nothing.
   */
  apply(plan: StackPlan, labels?: Record<string, string>): Promise<void>;
  /**
   * Watches until there is a verdict. `progress` gets short lines for people. Safe to call again after a
   * crash. `isFresh`: what runs was begun a moment ago, though this plan changes nothing of it.
   */
  watch(
    plan: StackPlan,
    options?: { signal?: AbortSignal; progress?: (line: string) => void; isFresh?: boolean },
  ): Promise<Verdict>;
  /**
   * Listens to a stack whose deploy was called good, on events alone, and tells of late crashes and
   * rollbacks. Ends by itself after `forMs` (10 min) or when the answer is called.
   */
  probation(stack: string, onProblem: (problem: LateProblem) => void, forMs?: number): () => void;
  /**
   * Puts the services of the stack back to what they were: specs restored, services that were new removed. With a
   * plan only what that has written or removed.
   */
  restore(stack: string, before: StackSnapshot, plan?: Pick<StackPlan, "hash" | "specs">): Promise<void>;
  /**
   * Removes services, networks and configs of the stack and waits until they are gone. Secrets and volumes
   * stay unless named.
   */
  remove(stack: string, options?: RemoveOptions): Promise<void>;
  services(stack: string): Promise<ServiceRow[]>;
  tasks(stack: string): Promise<TaskRow[]>;
  /** Newest last, secrets removed. */
  logs(stack: string, options?: { service?: string; lines?: number }): Promise<string[]>;
  /**
   * Runs a command in the newest running container of a service, on whichever node that is. Throws
   * `not-running-there`, `node-not-reached`, or the reason of an aborted `signal`; a non-zero exit code is an
   * answer.
   */
  exec(stack: string, service: string, request: ExecRequest): Promise<ExecResult>;
  /** As `exec`; the values of the service's secrets, and what looks like one, are taken out of the output. */
  execRedacted(stack: string, service: string, request: ExecRequest): Promise<ExecResult>;
  /**
   * A file of the newest running container; a folder comes as `.tar.gz`. Throws `path-not-there`,
   * `file-too-large`, and as `exec`.
   */
  copyOut(stack: string, service: string, path: string): Promise<ContainerFile>;
  /**
   * What a file that is written to this path takes the place of; null: nothing. Throws `path-is-folder`,
   * `path-not-there` when the folder around it is missing, and as `exec`.
   */
  replacedBy(stack: string, service: string, path: string): Promise<Replaced | null>;
  /**
   * Writes a file into the newest running container: at the path, or into the folder that the path names (with a
   * slash at its end). Throws `path-is-folder`, `path-not-there`, `file-too-large`, and as `exec`.
   */
  copyIn(stack: string, service: string, path: string, file: ContainerFile): Promise<void>;
  /** A plan that changes one thing of what runs. Throws `stack-unknown`. Writes nothing. */
  planLive(stack: string, change: LiveChange): Promise<StackPlan>;
  /** Every stack of the Swarm, asked in one call. */
  overview(): Promise<StackOverview[]>;
  /** The secrets of a stack and who uses each. */
  secretRows(stack: string): Promise<SecretRow[]>;
  /** Removes secrets of a stack; one that is gone is as good. Throws `secret-in-use` before removing any. */
  removeSecrets(stack: string, names: readonly string[]): Promise<void>;
  /** Names of volumes, secrets of a stack: for the question before they are removed. */
  belongings(stack: string): Promise<Belongings>;
  /**
   * Creates the secrets that do not exist yet; values are asked for one by one and never kept. Labelled
   * with the stack.
   */
  createSecrets(
    stack: string,
    wanted: { name: string; value: () => string | Buffer }[],
  ): Promise<{ created: string[] }>;
  secretNames(): Promise<Set<string>>;
  /** All nodes, by name. */
  nodes(): Promise<NodeRow[]>;
  /** The version of the engine on a node. Throws `node-not-reached`, or why the way to it ends. */
  reach(nodeId: string): Promise<string>;
  /** Every stack that runs here, or the one that is named: empty when it does not run. */
  stacks(stack?: string): Promise<StackSight[]>;
  /** What runs of a stack now, for the way back. */
  snapshot(stack: string): Promise<StackSnapshot>;
  /**
   * What runs now, in place of the `before` of a plan that was made a while ago: the tasks and versions are those of
   * now. Throws `plan-changed` when what runs is not what the plan was made for.
   */
  snapshotFor(plan: StackPlan): Promise<StackSnapshot>;
  /** Names of all volumes of the node that is asked, and how many nodes the Swarm has. */
  ground(): Promise<{ volumes: string[]; nodes: number }>;
  /** The named volumes that its services use. */
  volumesOf(stack: string): Promise<StackVolume[]>;
  /**
   * Stops every task of a stack and waits until none runs. Services, networks and secrets stay, so `restore`
   * starts it again.
   */
  halt(stack: string, signal?: AbortSignal): Promise<void>;
  /** Reads a volume of a stack that is halted. Close what it answers. */
  openVolume(volume: StackVolume): Promise<OpenVolume>;
  /**
   * Makes a volume here and fills it from a tar. Safe to call again for the same run; throws `volume-taken`
   * when another has made it.
   */
  fillVolume(
    stack: string,
    volume: StackVolume,
    from: { run: string; stream: Readable; signal: AbortSignal },
  ): Promise<void>;
  /** Removes the volumes that this run has filled here. */
  dropVolumes(run: string): Promise<void>;
  /** Every service of a stack with its running containers. Throws `node-not-reached`: data would be left out. */
  anatomy(stack: string): Promise<ServiceAnatomy[]>;
  /** Starts a container of ours on a node. Close it in any case; what a killed run leaves `dropHelpers` removes. */
  helper(wish: HelperWish): Promise<Helper>;
  /** Runs one command as the first process of a helper that ends with it. Any exit code is an answer. */
  helperOnce(wish: HelperWish, argv: readonly string[], signal?: AbortSignal): Promise<HelperEnd>;
  /** Ends what a run has left on these nodes (null: the one that is asked); answers how many helpers there were. */
  dropHelpers(run: string, nodes: readonly (string | null)[]): Promise<number>;
  /** Ends every helper that works in a thing, whatever run it was of, but for the container `spared`. */
  dropHolders(thing: string, spared: string): Promise<void>;
  /**
   * Runs a command in the newest running container of a service and hands on what it prints, however much. Answers
   * the exit code and the end of its error output. Throws as `exec`.
   */
  execStreamed(
    stack: string,
    service: string,
    argv: readonly string[],
    options: { onStdout: (bytes: Buffer) => void | Promise<void>; stdin?: Readable; signal?: AbortSignal },
  ): Promise<{ exitCode: number; stderr: string }>;
  /** Gives services that were sent without tasks (`heldPlan`) those that the plan has for them. Safe to call again. */
  begin(plan: StackPlan, services: readonly string[]): Promise<void>;
  /**
   * A file or folder of the newest running container as a tar, of any length. Throws `path-not-there`, and as `exec`.
   */
  archiveStreamed(stack: string, service: string, path: string): Promise<Readable>;
  /** Names of the volumes on a node; null: the one that is asked. */
  volumeNames(node: string | null): Promise<string[]>;
  /** Those of them whose data is the same on every node: with a driver of their own, or mounted over the network. */
  sharedVolumes(node: string | null): Promise<string[]>;
  /** The services of a stack that mount volumes and whose nodes the Swarm chooses; or these, before they are there. */
  mounters(stack: string, planned?: Readonly<Record<string, Json>>): Promise<Mounter[]>;
  /** Removes a volume on a node; one that is gone is as good. Throws `engine-refused` while something uses it. */
  removeVolume(node: string | null, name: string): Promise<void>;
  /** Waits for an engine that is away, as a deploy does; `stack` is for whom. Throws once it has been away too long. */
  awaitEngine(stack: string, signal: AbortSignal): Promise<void>;
  /** For doctor and /healthz: throws a Problem when the engine does not answer or is no swarm manager. */
  check(): Promise<{ engine: string; node: string }>;
  close(): void;
}
