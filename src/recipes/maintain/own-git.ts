/**
 * git as the maintainer would type it: their settings, their name, their keys, their hooks. Only for their own working
 * copy; everything that comes from elsewhere goes through `gitWith`, which is tied down.
 */
import { execFile } from "node:child_process";
import { gitMissing } from "../../core/problems/recipes.ts";
import { GitFailure, withoutCredentials, type Git } from "../git.ts";

const longestRunMs = 120_000;

export function ownGit(dir: string, env: Record<string, string>): Git {
  return (args) =>
    new Promise((resolve, reject) => {
      const options = {
        cwd: dir,
        env: { ...env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" },
        timeout: longestRunMs,
        maxBuffer: 16 * 1024 * 1024,
        encoding: "utf8" as const,
      };
      execFile("git", args, options, (thrown, stdout, stderr) => {
        if (thrown === null) resolve(stdout);
        else if (thrown.code === "ENOENT") reject(gitMissing({}, thrown));
        else reject(new GitFailure(lastWords(stderr), { cause: thrown }));
      });
    });
}

/** What git says last is why; hooks and signing programs speak before it. */
function lastWords(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const line = lines.find((one) => /^(fatal|error):/.test(one)) ?? lines.at(-1) ?? "it did not say why";
  return withoutCredentials(line.replace(/^(fatal|error):\s*/, "").replace(/\.$/, ""));
}
