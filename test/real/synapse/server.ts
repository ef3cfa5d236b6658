import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const patienceMs = 90_000;

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Starts Synapse from an unpacked tree, with the tree's own loader and libraries; resolves when it answers. */
export async function startServer(
  root: string,
  data: string,
  url: string,
): Promise<{ stop: () => Promise<void> }> {
  const out = openSync(path.join(data, "out.log"), "a");
  const { command, args, env } = pythonOf(root);
  const child = spawn(
    command,
    [...args, "-m", "synapse.app.homeserver", "-c", path.join(data, "homeserver.yaml")],
    { cwd: data, stdio: ["ignore", out, out], env: { ...env, HOME: data } },
  );
  await answers(child, data, url);
  return { stop: () => stop(child) };
}

/** How to run the tree's Python: with its own loader and libraries, so that the machine's do not matter. */
export function pythonOf(root: string): { command: string; args: string[]; env: Record<string, string> } {
  const libraries = readdirSync(path.join(root, "usr/lib"))
    .map((folder) => path.join(root, "usr/lib", folder))
    .find((folder) => existsSync(path.join(folder, "libc.so.6")));
  const python = first(path.join(root, "usr/bin"), /^python3\.\d+$/);
  const command = libraries && first(libraries, /^ld-linux-.*\.so\.\d$/);
  if (command === undefined || libraries === undefined || python === undefined)
    throw new Error(`the unpacked packages in ${root} are incomplete; delete that folder`);
  return {
    command,
    args: ["--library-path", libraries, "--argv0", path.join(root, "usr/bin/python3"), python],
    // Nothing of the machine's own Python may leak in.
    env: {
      PATH: "/usr/bin:/bin",
      LANG: "C.UTF-8",
      PYTHONHOME: path.join(root, "usr"),
      PYTHONNOUSERSITE: "1",
    },
  };
}

function first(folder: string, pattern: RegExp): string | undefined {
  const name = existsSync(folder) ? readdirSync(folder).find((file) => pattern.test(file)) : undefined;
  return name === undefined ? undefined : path.join(folder, name);
}

async function answers(child: ChildProcess, data: string, url: string): Promise<void> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(
        `Synapse ended at once: ${readFileSync(path.join(data, "out.log"), "utf8").slice(-2000)}`,
      );
    const healthy = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await sleep(50);
  }
  await stop(child);
  throw new Error(`Synapse did not answer within ${patienceMs / 1000} s`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(hard);
}
