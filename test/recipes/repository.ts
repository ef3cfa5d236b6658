/** Real git repositories in temporary folders. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export function temporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), "tandem-recipes-"));
}

export function git(dir: string, ...args: string[]): string {
  return execFileSync("git", ["-c", "user.name=Bo", "-c", "user.email=bo@example.coop", "-C", dir, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: "/usr/bin:/bin", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
  }).trim();
}

export function writeFiles(dir: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), text);
  }
}

export interface Repository {
  dir: string;
  /** Replaces all files, commits and tags; `light` makes a light tag. */
  publish(version: string, files: Record<string, string>, options?: { light?: boolean }): void;
}

export function repository(): Repository {
  const dir = temporaryFolder();
  git(dir, "init", "--quiet", "--initial-branch=main");
  return {
    dir,
    publish(version, files, { light = false } = {}) {
      writeFiles(dir, files);
      git(dir, "add", "--all");
      git(dir, "commit", "--quiet", "--allow-empty", "-m", `publish ${version}`);
      git(dir, "tag", ...(light ? ["--", version] : ["--annotate", "-m", version, "--", version]));
    },
  };
}

export function remove(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}
