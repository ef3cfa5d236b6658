/**
 * Dumps of databases, streamed from their containers into the repository. What was cut off must not become a snapshot:
 * restic is told that the dump has ended only when it is known to be whole, and is killed otherwise.
 */
import { PassThrough } from "node:stream";
import {
  commandStillRuns,
  commandTookTooLong,
  dumpFailed,
  dumpUnfinished,
} from "../core/problems/backup-taking.ts";
import { redact } from "../core/secret.ts";
import { dumpProgram } from "./databases.ts";
import { dumpEnds, saysHowItEnds, whyUnfinished } from "./dumps.ts";
import { endCommand, marking } from "./ending.ts";
import { inHelper, type Inside } from "./helping.ts";
import { inTime } from "./in-time.ts";
import type { Ground } from "./open.ts";
import { proven, save, type Saved, type Saving } from "./saving.ts";
import type { PlannedDump, SnapshotPart, Taken, TakePlan } from "./types.ts";

interface Tried {
  signal: AbortSignal;
  /** It was begun before, and may be at work still. */
  isAgain: boolean;
}

/** Throws `dump-failed`, `dump-unfinished`, `not-running-there`, and what restic failed for. */
export async function takeDump(
  ground: Ground,
  plan: TakePlan,
  run: string,
  dump: PlannedDump,
  tried: Tried,
): Promise<Taken> {
  const { signal } = tried;
  const { startedAt } = ground.records.get(run);
  const repository = ground.repositories.get(plan.repository);
  const [first] = plan.nodes;
  const part: Omit<SnapshotPart, "id"> = {
    ...{ hostname: first?.hostname ?? "", kind: "dump", service: dump.service, volumes: [] },
  };
  return inHelper(
    ground.helping,
    { server: plan.server, node: first?.node ?? null, run, repository, signal },
    async (inside) => {
      const saved = await stream(ground, { plan, startedAt, part }, run, dump, inside, tried);
      return proven(inside, saved, { mayHaveLeft: true });
    },
  );
}

async function stream(
  ground: Ground,
  saving: Saving,
  run: string,
  { service, kind }: PlannedDump,
  inside: Inside,
  { signal, isAgain }: Tried,
): Promise<Saved> {
  const { plan } = saving;
  const { program, file, argv } = dumpProgram(kind, service);
  const input = new PassThrough();
  const ends = dumpEnds();
  const over = new AbortController();
  // Without the signal: an aborted call ends its input, too.
  const saved = save(inside, saving, ["--stdin", "--stdin-filename", file], { stdin: input });
  // A restic that ends early wants no more: the dump is not waited for.
  const stopped = saved.then(
    () => over.abort(new Error("restic ended before the dump did")),
    (thrown: unknown) => over.abort(thrown),
  );
  try {
    const onStdout = (bytes: Buffer): Promise<void> | undefined => {
      ends.see(bytes);
      // A copy: the buffer that it came in is used again.
      return input.write(Buffer.from(bytes)) ? undefined : drained(input, over.signal);
    };
    const until = AbortSignal.any([signal, over.signal]);
    const { exitCode, stderr } = await dumped(ground, { plan, run, service, argv, isAgain }, onStdout, until);
    if (exitCode !== 0) {
      const said = redact(lastLine(stderr));
      throw dumpFailed({ app: plan.app, service, program, exitCode, said });
    }
    const why =
      saysHowItEnds(ends) || ends.bytes === 0 ? whyUnfinished(ends) : "it does not begin as a dump does";
    if (why !== null) throw dumpUnfinished({ app: plan.app, dump: file.slice(1), reason: why });
  } catch (thrown) {
    // First the helper, with restic in it: the end of its input would be the end of the dump to it.
    await inside.helper.close();
    input.destroy();
    await stopped;
    throw thrown;
  }
  input.end();
  return saved;
}

/**
 * Runs a dump to its end. One that hangs, or that nobody listens to any more, is ended in its container: it would keep
 * its tables locked. Throws `command-took-too-long`, `command-still-runs`.
 */
async function dumped(
  { servers, clock, settings }: Ground,
  {
    plan,
    run,
    service,
    argv,
    isAgain,
  }: { plan: TakePlan; run: string; service: string; argv: readonly string[]; isAgain: boolean },
  onStdout: (bytes: Buffer) => Promise<void> | undefined,
  signal: AbortSignal,
): Promise<{ exitCode: number; stderr: string }> {
  const { app, stack, server } = plan;
  const swarm = servers.swarmOf(server);
  const hours = settings.commandHours;
  const name = `${run} dump`;
  const end = () => endCommand({ swarm, stack, clock }, service, name);
  if (isAgain && (await end()) === "still there") throw commandStillRuns({ app, service, what: "dump" });
  const tried = await inTime({ clock, hours }, signal, (until, isAlive) =>
    swarm.execStreamed(stack, service, [...marking(name), ...argv], {
      onStdout: async (bytes) => {
        isAlive();
        await onStdout(bytes);
      },
      signal: until,
    }),
  );
  if ("value" in tried) return tried.value;
  const isEnded = (await end()) === "ended";
  throw tried.isLate
    ? commandTookTooLong({ app, service, what: "dump", hours, isEnded }, tried.thrown)
    : tried.thrown;
}

function drained(input: PassThrough, over: AbortSignal): Promise<void> {
  return new Promise((go, failed) => {
    const stop = (): void => failed(over.reason as Error);
    over.addEventListener("abort", stop, { once: true });
    if (over.aborted) stop();
    input.once("drain", () => {
      over.removeEventListener("abort", stop);
      go();
    });
  });
}

function lastLine(stderr: string): string {
  return (stderr.trim().split("\n").at(-1) ?? "").trim().slice(0, 400) || "it did not say why";
}
