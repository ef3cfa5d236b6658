import { execFileSync, spawn } from "node:child_process";
import { Agent } from "node:http";
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { freePort } from "./registry.ts";

/** The engine of this machine: DOCKER_HOST when it names a socket, else the usual place. */
export const usualSocket = process.env["DOCKER_HOST"]?.startsWith("unix://")
  ? process.env["DOCKER_HOST"].slice("unix://".length)
  : "/var/run/docker.sock";

// Test files run in several processes; they share one engine, and the last one out stops it.
const home = path.join(tmpdir(), "tandem-test-docker");
const users = path.join(home, "users");
const pidFile = path.join(home, "pids");
const logFile = path.join(home, "log");

/** Whether an engine is there. A busy one is asked again: a second engine beside it would break both networks. */
export async function answers(socketPath: string): Promise<boolean> {
  for (let tries = 0; tries < 5; tries++) {
    if (!existsSync(socketPath)) return false;
    try {
      await new Docker({ socketPath, timeout: 5000 }).ping();
      return true;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ECONNREFUSED") return false;
    }
  }
  return false;
}

/** Makes the engine a one-node swarm if it is none. Answers whether it had to. */
export async function beSwarm(docker: Docker): Promise<boolean> {
  const isOne = async (): Promise<boolean> => {
    const info = (await docker.info()) as { Swarm: { LocalNodeState: string } };
    return info.Swarm.LocalNodeState === "active";
  };
  if (await isOne()) return false;
  try {
    await docker.swarmInit({ ListenAddr: `127.0.0.1:${await freePort()}`, AdvertiseAddr: "127.0.0.1" });
    return true;
  } catch (thrown) {
    // Another test process may have made it meanwhile.
    if (await isOne()) return false;
    throw thrown;
  }
}

/**
 * Starts a dockerd with folders of its own on the usual socket, where everything that comes later finds it, or
 * joins the one that another test process is starting.
 */
export async function startEngine(): Promise<{ socketPath: string; leave: () => Promise<void> }> {
  const socketPath = usualSocket;
  mkdirSync(users, { recursive: true });
  const mine = path.join(users, String(process.pid));
  writeFileSync(mine, "");
  if (isFirst()) launch(socketPath);
  for (let tries = 0; !(await answers(socketPath)); tries++) {
    if (tries > 300) throw new Error(`dockerd does not answer. It said last:\n${lastWords()}`);
    await new Promise((rested) => setTimeout(rested, 200));
  }
  const leave = async (): Promise<void> => {
    rmSync(mine, { force: true });
    if (othersAlive() > 0) return;
    // The engine takes down the tasks and networks of a swarm only when it leaves it, not when it is stopped.
    // By a connection of its own: one that lay idle during the tests may have been closed by the engine.
    await new Docker({ socketPath, agent: new Agent() } as Docker.DockerOptions).swarmLeave({ force: true });
    for (const pid of pidsOf(pidFile)) {
      process.kill(pid, "SIGTERM");
      while (isAlive(pid)) await new Promise((rested) => setTimeout(rested, 100));
    }
    // Whoever reads why tests failed needs to know that it was not they.
    if (breakdown().length > 0) console.log(`The engine broke down meanwhile:\n${breakdown().join("\n")}`);
    unmountBelow(home);
    rmSync(home, { recursive: true, force: true });
  };
  return { socketPath, leave };
}

/** Network namespaces and layers stay mounted when a container outlives its engine; a mounted folder cannot go. */
function unmountBelow(folder: string): void {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const below = mounts.map((line) => line.split(" ")[1] ?? "").filter((at) => at.startsWith(`${folder}/`));
  for (const at of below.reverse()) execFileSync("umount", ["--lazy", at]);
}

/**
 * With a containerd of its own beside it, as Debian's units have it: one that dockerd starts itself is killed by it
 * when a busy machine lets it answer late.
 */
function launch(socketPath: string): void {
  const own = (name: string): string => path.join(home, name);
  // What a machine that was switched off, or an engine that broke down, has left of an earlier swarm.
  unmountBelow(home);
  for (const name of ["data", "exec", "containerd", "containerd-state"])
    rmSync(own(name), { recursive: true, force: true });
  const address = own("containerd.sock");
  const log = openSync(logFile, "a");
  const start = (program: string, args: string[]): number | undefined => {
    const child = spawn(program, args, { stdio: ["ignore", log, log], detached: true });
    child.unref();
    return child.pid;
  };
  const folders = ["--root", own("containerd"), "--state", own("containerd-state")];
  const containerd = start("containerd", ["--config", "/dev/null", "--address", address, ...folders]);
  const parts = ["--data-root", own("data"), "--exec-root", own("exec"), "--containerd", address];
  const dockerd = start("dockerd", ["-H", `unix://${socketPath}`, ...parts, "--pidfile", own("dockerd.pid")]);
  // In the order in which they are stopped.
  writeFileSync(pidFile, `${dockerd}\n${containerd}\n`);
}

/** The end of what the engine logged, and where it broke down, if it did. */
function lastWords(): string {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  return [...breakdown(), ...lines.slice(-10)].join("\n");
}

/** What the engine said when it broke down; empty when it never did. */
function breakdown(): string[] {
  const lines = readFileSync(logFile, "utf8").split("\n");
  const at = lines.findIndex((line) => /^(panic|fatal error|SIG[A-Z]+):/.test(line));
  return at < 0 ? [] : lines.slice(at, at + 20);
}

/**
 * True for the one process that may start the engine: exclusive creation decides between two at once, and again when
 * an engine has ended that should not have.
 */
function isFirst(): boolean {
  const claim = path.join(home, "claim");
  const started = existsSync(pidFile) ? pidsOf(pidFile) : undefined;
  if (started?.every(isOfEngine) === true) return false;
  if (started !== undefined) {
    // Half an engine is none: what still runs of it would stand in the way.
    for (const pid of started.filter(isOfEngine)) process.kill(pid, "SIGKILL");
    rmSync(pidFile, { force: true });
    rmSync(claim, { force: true });
  }
  try {
    writeFileSync(claim, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    if (isAlive(Number(readFileSync(claim, "utf8")))) return false;
    writeFileSync(claim, String(process.pid));
    return true;
  }
}

function othersAlive(): number {
  return readdirSync(users).filter((pid) => isAlive(Number(pid))).length;
}

function pidsOf(file: string): number[] {
  return readFileSync(file, "utf8").trim().split("\n").map(Number);
}

/** A number may by now be that of another program, where the machine was switched off meanwhile. */
function isOfEngine(pid: number): boolean {
  const file = `/proc/${pid}/comm`;
  return existsSync(file) && ["dockerd", "containerd"].includes(readFileSync(file, "utf8").trim());
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
