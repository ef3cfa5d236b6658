/** What is brought back while a service runs: files that its hook reads, the hook itself, dumps that Tandem took. */
import { PassThrough } from "node:stream";
import { once } from "node:events";
import { Problem } from "../core/problem.ts";
import { redact } from "../core/secret.ts";
import { notRunningThere } from "../core/problems/swarm.ts";
import { restoreHookFailed } from "../core/problems/restoring.ts";
import type { Swarm } from "../swarm/types.ts";
import { fill, type FillOptions } from "./filling.ts";
import { inHelper } from "./helping.ts";
import type { Ground } from "./open.ts";
import { lastWords, readBackFailure, readBackWords } from "./reading-back.ts";
import type { Compared, DataPlan, DataWish, RestoredDump } from "./restoring-types.ts";
import type { Hook, Manifest } from "./types.ts";

/** Services of these images wait for nobody else, so they can be up before the app is. */
const databases = /postgres|postgis|pgautoupgrade|timescale|mariadb|mysql|percona|mongo|redis|valkey/i;
const lastLinesShown = 5;

/**
 * What has to be up before anything can be replayed: the services with hooks and dumps when these are databases, which
 * need nobody; else all of them. Where a dump is read back, nobody may write into its database meanwhile: then it is
 * the databases alone, and hooks of others run when all are up. Empty when there is nothing to replay.
 */
export function firstOf(
  { images, dumps }: Pick<Manifest, "images"> & Pick<DataPlan, "dumps">,
  { preHooks, postHooks }: Pick<DataPlan, "preHooks" | "postHooks">,
  services: readonly string[],
): string[] {
  const wanted = [...preHooks, ...postHooks, ...dumps].map(({ service }) => service);
  const named = services.filter((service) => wanted.includes(service));
  const isDumped = (name: string): boolean => dumps.some(({ service }) => service === name);
  const isDatabase = (name: string): boolean =>
    databases.test(images.find(({ service }) => service === name)?.image ?? "");
  if (dumps.length > 0) return named.filter((name) => isDumped(name) || isDatabase(name));
  return named.every(isDatabase) ? named : [...services];
}

/**
 * Hooks of every service that mounts what comes back, and none for a single path: a dump from yesterday must not be
 * replayed for another volume. `mounting`: who mounts a volume now, for backups that do not say who did then.
 */
export function replayedIn(
  manifest: Pick<Manifest, "restorePreHooks" | "restorePostHooks">,
  meant: Manifest["volumes"],
  { volume, path }: DataWish,
  mounting: (name: string) => readonly string[],
): { preHooks: Hook[]; postHooks: Hook[] } {
  const mounted = meant.flatMap(({ name, service, mountedBy }) => mountedBy ?? [service, ...mounting(name)]);
  const concerns = ({ service }: Hook): boolean =>
    path === undefined && (volume === undefined || mounted.includes(service));
  return {
    preHooks: manifest.restorePreHooks.filter(concerns),
    postHooks: manifest.restorePostHooks.filter(concerns),
  };
}

/** Hooks of services that were not up when everything was replayed. */
export function laterHooks({ first, postHooks }: Pick<DataPlan, "first" | "postHooks">): Hook[] {
  return first.length === 0 ? [] : postHooks.filter(({ service }) => !first.includes(service));
}

/** Runs them, now that all is up. Answers what ran, in words. Throws `restore-hook-failed`. */
export async function runLaterHooks(swarm: Swarm, plan: DataPlan, signal: AbortSignal): Promise<string[]> {
  return runPostHooks(swarm, plan, laterHooks(plan), signal);
}

async function runPostHooks(
  swarm: Swarm,
  { stack }: DataPlan,
  hooks: readonly Hook[],
  signal: AbortSignal,
): Promise<string[]> {
  const ran: string[] = [];
  for (const hook of hooks) {
    await runHook(swarm, stack, hook, "restore post-hook", signal);
    ran.push(`the restore hook of ${hook.service} ended well`);
  }
  return ran;
}

/**
 * Runs the hooks that are meant before a restore, in what runs now. One whose service does not run cannot be run and
 * is told: an app that is down is restored all the same. Throws `restore-hook-failed`.
 */
export async function runPreHooks(swarm: Swarm, plan: DataPlan, signal: AbortSignal): Promise<string[]> {
  const left: string[] = [];
  for (const hook of plan.preHooks) {
    try {
      await runHook(swarm, plan.stack, hook, "restore pre-hook", signal);
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.code !== notRunningThere.code) throw thrown;
      left.push(`The restore pre-hook of ${hook.service} was left out: no container of it runs.`);
    }
  }
  return left;
}

/** Safe to call again: files are put there once more and hooks replay everything. Throws `restore-hook-failed`. */
export async function replay(
  ground: Ground,
  plan: DataPlan,
  run: string,
  options: FillOptions,
): Promise<{ compared: Compared[]; ran: string[] }> {
  const swarm = ground.servers.swarmOf(plan.server);
  const live = plan.volumes.filter(({ isLive }) => isLive);
  const nodes = await nodesNow(swarm, plan.stack);
  const there = live.map((one) => ({ ...one, node: nodes.get(one.into) ?? one.node }));
  const compared = await fill(ground, plan, there, run, options);
  const ran: string[] = [];
  for (const dump of plan.dumps) {
    await readBack(ground, plan, dump, run, options.signal);
    ran.push(`the dump of ${dump.service} was read back`);
  }
  const now = plan.postHooks.filter(({ service }) => plan.first.includes(service));
  ran.push(...(await runPostHooks(swarm, plan, now, options.signal)));
  return { compared, ran };
}

/** The node of every volume that a container has now: it may have been placed elsewhere than was thought. */
async function nodesNow(swarm: Swarm, stack: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { running } of await swarm.anatomy(stack)) {
    for (const { node, volumes } of running) for (const { name } of volumes) found.set(name, node);
  }
  return found;
}

async function runHook(
  swarm: Swarm,
  stack: string,
  { service, command }: Hook,
  hook: string,
  signal: AbortSignal,
): Promise<void> {
  const ended = await swarm.execRedacted(stack, service, { argv: ["sh", "-c", command], signal });
  if (ended.exitCode === 0) return;
  const lastLines = linesOf(ended.output);
  throw restoreHookFailed({ service, hook, exitCode: ended.exitCode, lastLines });
}

/** From the repository straight into the database: a dump is as large as it is. */
async function readBack(
  ground: Ground,
  plan: DataPlan,
  { service, kind, file, snapshot }: RestoredDump,
  run: string,
  signal: AbortSignal,
): Promise<void> {
  const { server, stack } = plan;
  const repository = ground.repositories.reachedFrom(plan.repository, plan.app, server);
  const swarm = ground.servers.swarmOf(server);
  await swarm.dropHelpers(run, [null]);
  await inHelper(ground.helping, { server, node: null, run, repository, signal }, async ({ restic }) => {
    const through = new PassThrough();
    const put = async (bytes: Buffer): Promise<void> => {
      if (!through.write(bytes) && !through.destroyed)
        await Promise.race([once(through, "drain"), once(through, "close")]);
    };
    const dumped = restic.run("read a dump", ["dump", snapshot, file], { onStdout: put, signal }).then(
      () => void through.end(lastWords(kind)),
      (thrown: unknown) => {
        through.destroy(thrown as Error);
        throw thrown;
      },
    );
    const read = swarm
      .execStreamed(stack, service, readBackWords(kind), {
        stdin: through,
        onStdout: () => undefined,
        signal,
      })
      .finally(() => through.destroy());
    const [dump, ended] = await Promise.allSettled([dumped, read]);
    if (dump.status === "rejected") throw dump.reason;
    if (ended.status === "rejected") throw ended.reason;
    const why = readBackFailure(kind, ended.value);
    if (why === null) return;
    const { exitCode } = ended.value;
    throw restoreHookFailed({
      service,
      hook: "reading back of its dump",
      exitCode,
      lastLines: [redact(why)],
    });
  });
}

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-lastLinesShown);
