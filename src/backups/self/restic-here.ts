/** restic as a program of this machine: for Tandem's own backup, which must not depend on a server that it manages. */
import { execFile, type ChildProcess } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../core/clock.ts";
import { resticMissing } from "../../core/problems/backup-care.ts";
import { accessOf, type Access } from "../restic/access.ts";
import { resticProblem } from "../restic/failure.ts";
import { movedBytes, unlessStill } from "../restic/still.ts";
import type { Repository } from "../types.ts";

export interface ResticHere {
  /** Runs a command of restic. Throws what it failed for, as a problem; `doing` completes "could not …". */
  run(
    doing: string,
    words: readonly string[],
    options?: { cwd?: string; signal?: AbortSignal },
  ): Promise<string>;
}

const mostOutputBytes = 64 * 1024 * 1024;
/** What it gets of the environment, beside what the repository needs. */
const fixed = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** restic with these words before each command. Its problems call the repository `name`. */
export function resticWith(
  words: readonly string[],
  env: Record<string, string>,
  { name, clock }: { name: string; clock: Pick<Clock, "after"> },
): ResticHere {
  const [program = "restic", ...first] = words;
  return {
    run(doing, more, { cwd, signal } = {}) {
      let child: ChildProcess | undefined;
      const work = (either: AbortSignal): Promise<string> =>
        new Promise((done, failed) => {
          const options = { env: { ...fixed, ...env }, maxBuffer: mostOutputBytes, cwd, signal: either };
          child = execFile(program, [...first, ...more], options, (thrown, stdout, stderr) => {
            if (thrown === null) done(stdout);
            else if (either.aborted) failed(either.reason as Error);
            else if (thrown.code === "ENOENT") failed(resticMissing({}));
            else {
              const exitCode = typeof thrown.code === "number" ? thrown.code : 137;
              failed(resticProblem({ exitCode, stderr }, { repository: name, doing }));
            }
          });
        });
      return unlessStill({ clock, moved: () => movedBy(child) }, work, {
        ...{ repository: name, words: more, signal },
      });
    },
  };
}

/** Its own, without that of an ssh which it may have begun: what passes there passes through it. */
async function movedBy(child: ChildProcess | undefined): Promise<number | undefined> {
  return child?.pid === undefined ? undefined : movedBytes(await readFile(`/proc/${child.pid}/io`, "utf8"));
}

/**
 * Hands restic for this repository to `work`. Its secrets lie in `folder` meanwhile, which has nothing else in it, for
 * this account alone: what a life that was killed has left there is removed first.
 */
export async function withResticHere<T>(
  repository: Repository,
  folder: string,
  clock: Pick<Clock, "after">,
  work: (restic: ResticHere) => Promise<T>,
): Promise<T> {
  rmSync(folder, { recursive: true, force: true });
  const access = accessOf(repository);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    for (const { path: file, bytes } of access.files)
      writeFileSync(path.join(folder, path.basename(file)), hereIn(repository, file, bytes), { mode: 0o600 });
    const { words, env } = moved(access, folder);
    return await work(resticWith(words, env, { name: repository.name, clock }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In a helper a folder is mounted; here it is where it is. */
function hereIn({ location }: Repository, file: string, bytes: Buffer): Buffer {
  return path.basename(file) === "repository" && location.startsWith("/") ? Buffer.from(location) : bytes;
}

/** The words name files as they lie in a helper. */
function moved({ words, env }: Access, folder: string): Pick<Access, "words" | "env"> {
  const move = (text: string): string =>
    text.startsWith("sftp.command=")
      ? movedCommand(text, folder)
      : text.replaceAll("/etc/tandem", () => folder).replace(/^\/cache$/, () => path.join(folder, "cache"));
  return {
    words: words.map(move),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, move(value)])),
  };
}

/**
 * A data folder may have a blank in its path, and at blanks restic takes apart the command that it starts, as ssh does
 * with the names of files in an option. The whole is quoted once more, because restic reads `-o` as a line of CSV.
 */
function movedCommand(text: string, folder: string): string {
  const command = text.replace(/(\S*)\/etc\/tandem(\S*)/g, (_, option: string, file: string) =>
    option === "" ? `"${folder}${file}"` : `'${option}"${folder}${file}"'`,
  );
  return `"${command.replaceAll('"', '""')}"`;
}
