/** restic in a helper of ours, for one repository, when its turn has come. */
import { sha256 } from "../core/canonical.ts";
import type { Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { notAManager } from "../core/problems/swarm.ts";
import type { ServerName } from "../core/terms.ts";
import type { Servers } from "../servers/index.ts";
import type { Helper, HelperEnd, HelperMount, HelperWish } from "../swarm/index.ts";
import { accessOf, type Access } from "./restic/access.ts";
import { resticProblem } from "./restic/failure.ts";
import { movedIn, resticIn, type Restic } from "./restic/run.ts";
import type { Turns } from "./turns.ts";
import type { Repository } from "./types.ts";

export interface HelpingParts {
  servers: Pick<Servers, "list" | "swarmOf">;
  turns: Turns;
  clock: Pick<Clock, "after">;
  /** The image that helpers run. */
  image: string;
}

export interface HelperUse {
  server: ServerName;
  /** The id of a node; null: the one that is asked. */
  node: string | null;
  run: string;
  repository: Omit<Repository, "addedBy" | "addedAt">;
  mounts?: HelperMount[];
  files?: HelperWish["files"];
  signal?: AbortSignal;
}

export interface Inside {
  restic: Restic;
  helper: Helper;
}

/**
 * Waits until repository and node are free, starts a helper there, hands restic in it to `work`, and removes the helper
 * in any case. A lock that a killed helper of ours has left is cleared when restic meets it. Throws what restic failed
 * for, as a problem.
 */
export async function inHelper<T>(
  parts: HelpingParts,
  use: HelperUse,
  work: (inside: Inside) => Promise<T>,
): Promise<T> {
  const { server, repository, signal } = use;
  // One machine has one turn, however it is called.
  const node = use.node ?? (await askedNode(parts, server));
  const things = [`repository ${repository.name}`, `node ${server}/${node}`];
  return parts.turns.take(things, () => withHelper(parts, use, work), signal);
}

/** The id of the node that a server's engine is. Without a Swarm it has none, and nobody calls it otherwise. */
async function askedNode({ servers }: HelpingParts, server: ServerName): Promise<string> {
  try {
    const nodes = await servers.swarmOf(server).nodes();
    return nodes.find(({ isAsked }) => isAsked)?.id ?? "";
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === notAManager.code) return "";
    throw thrown;
  }
}

async function withHelper<T>(
  parts: HelpingParts,
  use: HelperUse,
  work: (inside: Inside) => Promise<T>,
): Promise<T> {
  const access = accessOf(use.repository);
  const helper = await parts.servers.swarmOf(use.server).helper(wishOf(parts, use, access));
  try {
    const watched = { clock: parts.clock, moved: () => movedIn(helper) };
    const restic = resticIn(unlocking(parts, use, helper), access, use.repository.name, watched);
    return await work({ helper, restic });
  } finally {
    await helper.close();
  }
}

function wishOf({ image }: HelpingParts, use: HelperUse, access: Access): HelperWish {
  const { node, run, repository, mounts = [], files = [] } = use;
  return {
    node,
    run,
    image,
    holds: holdingOf(repository),
    hostname: hostnameOf(repository),
    mounts: [...access.mounts, ...mounts],
    files: [...access.files, ...files],
    // Times in restic's words are read as they are meant; how far it is, nobody reads.
    env: { TZ: "UTC", RESTIC_PROGRESS_FPS: "0.01", ...access.env },
    network: access.network,
  };
}

/** By this name restic finds that a lock is of a helper of ours. */
function hostnameOf({ name }: Pick<Repository, "name">): string {
  return `tandem-${name}`;
}

/** Another Tandem on the same server may call another repository by the same name. */
function holdingOf({ name, location }: Pick<Repository, "name" | "location">): string {
  return sha256(`${name} ${location}`).slice(0, 16);
}

/**
 * Removes the locks that killed helpers of ours have left, and others that restic takes for dead (older than half an
 * hour): it finds ours stale at once, because they name this host and a process that is not there. It must be the first
 * process: in a helper with others, the number in an old lock may be that of one that runs. `unlock --remove-all` would
 * take away the locks of others, too.
 *
 * First the helpers go that an earlier life of this process has left in the repository: restic goes on in them, and
 * whoever has the turn must not take its lock from it. `own` is the helper that has the turn. Throws where a server
 * that could have such a helper does not answer.
 */
export async function clearOwnLocks(
  parts: HelpingParts,
  use: HelperUse,
  own: Pick<Helper, "id">,
): Promise<void> {
  const { name, server } = use.repository;
  const holding = holdingOf(use.repository);
  const reached = server === null ? parts.servers.list().map((one) => one.name) : [server];
  for (const one of new Set([...reached, use.server]))
    await parts.servers.swarmOf(one).dropHolders(holding, own.id);
  const access = accessOf(use.repository);
  const swarm = parts.servers.swarmOf(use.server);
  const wish = wishOf(parts, use, access);
  const fewThreads = { ...wish, env: { ...wish.env, GOMAXPROCS: "2" } };
  const ended = await swarm.helperOnce(fewThreads, [...access.words, "unlock"], use.signal);
  if (ended.exitCode !== 0) throw resticProblem(ended, { repository: name, doing: "clear its old locks" });
}

/**
 * More than `restic unlock` has threads, on however many processors (eight or nine, measured): the kernel takes the
 * number of a thread for that of a process. It runs on two at a time and reads over five connections at most.
 */
const numbersPassed = 64;

/**
 * Runs a command under a process number that no thread of the `restic unlock` of `clearOwnLocks` has, whose numbers
 * begin at 1: that one would otherwise take the lock for one of a process that runs. The shell keeps its own number,
 * so the command is its child. Numbers only grow, so the first command in a helper passes them for all later ones.
 */
function beyondThreads(words: readonly string[]): string[] {
  const pass = `n=0; while [ $n -lt ${numbersPassed} ]; do (:); n=$((n+1)); done; "$@"; exit $?`;
  return ["sh", "-c", pass, "sh", ...words];
}

/**
 * Where restic meets a lock, it is cleared if its owner is dead: this one has the turn, so no other helper of ours may
 * be at work. Where that cannot be known, or somebody else is at work, what restic said stands.
 */
function unlocking(parts: HelpingParts, use: HelperUse, helper: Helper): Pick<Helper, "exec"> {
  let havePassed = false;
  let clearing: Promise<void> | undefined;
  // Once for all that meet it: two at it would take each other for what an earlier life has left.
  const clear = (): Promise<void> =>
    (clearing ??= clearOwnLocks(parts, use, helper).finally(() => (clearing = undefined)));
  return {
    async exec(words, options) {
      const argv = havePassed ? words : beyondThreads(words);
      const ended = await helper.exec(argv, options);
      havePassed = true;
      // What was streamed in is gone by now, so that cannot be tried again.
      if (!isLocked(ended) || options?.stdin !== undefined) return ended;
      try {
        await clear();
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        return ended;
      }
      return helper.exec(argv, options);
    },
  };
}

function isLocked({ exitCode, stderr }: HelperEnd): boolean {
  return exitCode === 11 || (exitCode !== 0 && /already locked/i.test(stderr));
}
