import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Whether missing programs may be installed here: root on a system with apt. */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

/** Installs Debian packages that are missing. Throws with apt's last words when it cannot. */
export function install(packages: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = (args: string[]) => execFileSync("apt-get", args, { env, stdio: "pipe", timeout: 300_000 });
  try {
    run(["install", "-y", "--no-install-recommends", ...packages]);
  } catch {
    // The list of packages may be older than the mirror.
    run(["update"]);
    run(["install", "-y", "--no-install-recommends", ...packages]);
  }
}
