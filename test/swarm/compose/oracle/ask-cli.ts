/** The docker CLI as the judge of what compose files mean. Needs its binary only, no engine. */
import { spawn, spawnSync } from "node:child_process";
import { startFakeEngine, type Recorded } from "./fake-engine.ts";

/** What the CLI sent, or why it refused. */
export type CliAnswer = { accepted: true; sent: Recorded; said: string } | { accepted: false; said: string };

/** The version of the CLI, undefined when there is none. */
export function cliVersion(): string | undefined {
  const { status, stdout } = spawnSync("docker", ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

/** Has the CLI deploy `files` (names in `dir`) as `stack`, with `env` as its whole environment beside PATH. */
export async function askCli(
  stack: string,
  dir: string,
  files: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CliAnswer> {
  const engine = await startFakeEngine();
  try {
    const words = ["stack", "deploy", "--detach=true", "--resolve-image", "never"];
    const args = [
      "-H",
      `tcp://127.0.0.1:${engine.port}`,
      ...words,
      ...files.flatMap((f) => ["-c", f]),
      stack,
    ];
    const child = spawn("docker", args, {
      cwd: dir,
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
    child.stdout.resume();
    const code = await new Promise<number | null>((done, fail) => {
      child.on("close", done);
      child.on("error", fail);
    });
    return code === 0 ? { accepted: true, sent: engine.recorded, said } : { accepted: false, said };
  } finally {
    engine.close();
  }
}

/** The merged files as `docker stack config` prints them, or undefined when it refuses them. */
export async function askConfig(
  dir: string,
  files: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const child = spawn("docker", ["stack", "config", ...files.flatMap((file) => ["-c", file])], {
    cwd: dir,
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString("utf8")));
  const code = await new Promise<number | null>((done, fail) => {
    child.on("close", done);
    child.on("error", fail);
  });
  return code === 0 ? printed : undefined;
}
