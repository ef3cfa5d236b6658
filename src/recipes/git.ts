/**
 * The git command line, tied down: no shell, no prompts, no hooks, no settings of the machine, three
 * protocols.
 */
import { execFile } from "node:child_process";
import { gitMissing } from "../core/problems/recipes.ts";

export interface GitOptions {
  timeoutMs?: number;
  /** Added to the small environment that git gets. */
  env?: Record<string, string>;
  cwd?: string;
}

/** Runs git with these arguments and gives back what it prints. Throws GitFailure, or `git-missing`. */
export type Git = (args: string[], options?: GitOptions) => Promise<string>;

/** What went wrong, in git's own words. */
export class GitFailure extends Error {
  override readonly name = "GitFailure";
}

/** Fetching a large recipe over a slow line. */
export const fetchTimeoutMs = 120_000;
const localTimeoutMs = 30_000;
const mostOutputBytes = 16 * 1024 * 1024;

const settings = [
  // A repository's own settings and hooks must not run programs here.
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "protocol.allow=never",
  "protocol.file.allow=always",
  "protocol.https.allow=always",
  "protocol.ssh.allow=always",
  // A link inside a recipe could point at any file of this machine: it becomes a small text file instead.
  "core.symlinks=false",
  "core.autocrlf=false",
  "gc.auto=0",
  "advice.detachedHead=false",
  // The folders are named by the operator in the settings and often belong to another account (volumes).
  "safe.directory=*",
].flatMap((setting) => ["-c", setting]);

/**
 * Makes a Git. `env` is added to the fixed environment, such as HOME and SSH_AUTH_SOCK for private
 * repositories.
 */
export function gitWith(env: Record<string, string> = {}): Git {
  const fixed = {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LC_ALL: "C",
    ...env,
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "true",
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  return (args, options = {}) =>
    new Promise((resolve, reject) => {
      execFile(
        "git",
        [...settings, ...args],
        {
          env: { ...fixed, ...options.env },
          ...(options.cwd !== undefined && { cwd: options.cwd }),
          timeout: options.timeoutMs ?? localTimeoutMs,
          killSignal: "SIGKILL",
          maxBuffer: mostOutputBytes,
          encoding: "utf8",
        },
        (thrown, stdout, stderr) => {
          if (thrown === null) resolve(stdout);
          else if (thrown.code === "ENOENT") reject(gitMissing({}, thrown));
          else reject(new GitFailure(reasonOf(thrown, stderr), { cause: thrown }));
        },
      );
    });
}

/** The one line of git's words that says why, without credentials and without its prefix. */
function reasonOf(thrown: { killed?: boolean | undefined }, stderr: string): string {
  if (thrown.killed === true) return "it did not answer in time";
  const lines = stderr.split("\n").map((line) => line.trim());
  const line =
    lines.find((l) => /^(fatal|error|ERROR):/.test(l)) ?? lines.find((l) => l !== "") ?? "git failed";
  return withoutCredentials(line.replace(/^(fatal|error|ERROR):\s*/, "").replace(/\.$/, ""));
}

/** An address as it may be shown: `https://token@host/x` loses what stands before the `@`. */
export function withoutCredentials(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^/@\s'"]+@/gi, "$1");
}
