/** restic in a helper of ours, for one repository, when its turn has come. */
import type { ServerName } from "../core/terms.ts";
import type { Servers } from "../servers/index.ts";
import type { Helper, HelperEnd, HelperMount, HelperWish } from "../swarm/index.ts";
import { accessOf, type Access } from "./restic/access.ts";
import { resticProblem } from "./restic/failure.ts";
import { resticIn, type Restic } from "./restic/run.ts";
import type { Turns } from "./turns.ts";
import type { Repository } from "./types.ts";

export interface HelpingParts {
  servers: Pick<Servers, "swarmOf">;
  turns: Turns;
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
export function inHelper<T>(
  parts: HelpingParts,
  use: HelperUse,
  work: (inside: Inside) => Promise<T>,
): Promise<T> {
  const { server, node, repository, signal } = use;
  const things = [`repository ${repository.name}`, `node ${server}/${node ?? ""}`];
  return parts.turns.take(things, () => withHelper(parts, use, work), signal);
}

async function withHelper<T>(
  parts: HelpingParts,
  use: HelperUse,
  work: (inside: Inside) => Promise<T>,
): Promise<T> {
  const access = accessOf(use.repository);
  const helper = await parts.servers.swarmOf(use.server).helper(wishOf(parts, use, access));
  try {
    const restic = resticIn(unlocking(parts, use, helper), access, use.repository.name);
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

/**
 * Removes the locks that killed helpers of ours have left, and no others: restic itself finds them stale, because they
 * name this host and a process that is not there. It must be the first process: in a helper with others, the number in
 * an old lock may be that of one that runs. `unlock --remove-all` would take away the locks of others, too.
 */
export async function clearOwnLocks(parts: HelpingParts, use: HelperUse): Promise<void> {
  const { name } = use.repository;
  const access = accessOf(use.repository);
  const swarm = parts.servers.swarmOf(use.server);
  const ended = await swarm.helperOnce(wishOf(parts, use, access), [...access.words, "unlock"], use.signal);
  if (ended.exitCode !== 0) throw resticProblem(ended, { repository: name, doing: "clear its old locks" });
}

/** More than restic has threads: the kernel takes the number of a thread for that of a process. */
const numbersPassed = 200;

/**
 * Runs a command under a process number that no thread of the `restic unlock` of `clearOwnLocks` has, whose numbers
 * begin at 1: that one would otherwise take the lock for one of a process that runs. The shell keeps its own number,
 * so the command is its child.
 */
function beyondThreads(words: readonly string[]): string[] {
  const pass = `n=0; while [ $n -lt ${numbersPassed} ]; do (:); n=$((n+1)); done; "$@"; exit $?`;
  return ["sh", "-c", pass, "sh", ...words];
}

/** Where restic meets a lock of a helper of ours, that one was killed: this one has the turn. */
function unlocking(parts: HelpingParts, use: HelperUse, helper: Helper): Pick<Helper, "exec"> {
  const isOurs = ({ stderr }: HelperEnd): boolean =>
    /already locked/i.test(stderr) && stderr.includes(` on ${hostnameOf(use.repository)} by `);
  return {
    async exec(words, options) {
      const argv = beyondThreads(words);
      const ended = await helper.exec(argv, options);
      // What was streamed in is gone by now, so that cannot be tried again.
      if (ended.exitCode === 0 || !isOurs(ended) || options?.stdin !== undefined) return ended;
      await clearOwnLocks(parts, use);
      return helper.exec(argv, options);
    },
  };
}
