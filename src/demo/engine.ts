/** The Docker Engine for the demo: the one that answers, else one that is installed and started after saying so. */
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import Docker from "dockerode";
import { messageOf } from "../core/problem.ts";

const run = promisify(execFile);
const installTimeoutMs = 600_000;
const startTimeoutMs = 60_000;
const rhythmMs = 250;

/** Where an engine listens that was installed from the system's packages. */
export const usualSocket = "/var/run/docker.sock";

export interface EngineWish {
  socketPath: string;
  /** Folder for the log and the data of an engine that is started here. */
  folder: string;
  mayInstall: boolean;
  say: (text: string) => void;
}

/** A Swarm manager on the socket, or undefined after having said in three lines what to do. */
export async function findEngine(wish: EngineWish): Promise<Docker | undefined> {
  const docker = new Docker({ socketPath: wish.socketPath });
  try {
    if (!(await answers(docker))) await makeEngine(wish, docker);
    await beSwarm(docker, wish.say);
    return docker;
  } catch (thrown) {
    wish.say(
      [
        `No Docker Engine can be used here: ${messageOf(thrown).replace(/\.$/, "")}.`,
        "Everything that needs no server still works; deploying does not.",
        "To have it all: install Docker (docker.io on Debian), run `docker swarm init`, start the demo again.",
      ].join("\n"),
    );
    return undefined;
  }
}

async function answers(docker: Docker): Promise<boolean> {
  try {
    await docker.ping();
    return true;
  } catch {
    // Whatever the reason, an engine that does not answer cannot be used; `makeEngine` says what is done about it.
    return false;
  }
}

async function makeEngine(wish: EngineWish, docker: Docker): Promise<void> {
  const { mayInstall, say } = wish;
  if (wish.socketPath !== usualSocket) throw new Error(`none answers at ${wish.socketPath} (DOCKER_HOST)`);
  if (!existsSync("/usr/bin/apt-get") || process.getuid?.() !== 0) {
    throw new Error("none answers, and only root on Debian or Ubuntu can have one installed by the demo");
  }
  if (!existsSync("/usr/sbin/dockerd")) {
    if (!mayInstall) throw new Error("none answers, and --no-install was asked for");
    say("No Docker Engine answers. Installing docker.io from this system's packages …");
    await installPackages(["docker.io", "iptables", "busybox-static"]);
  } else if (!mayInstall) throw new Error("none answers, and --no-install was asked for");
  if (!(await answers(docker))) await startEngine(wish, docker);
}

/** Installs Debian packages; with a fresh list when the first try fails. */
export async function installPackages(packages: string[]): Promise<void> {
  const apt = (...words: string[]) =>
    run("apt-get", words, {
      timeout: installTimeoutMs,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  try {
    await apt("install", "-y", "--no-install-recommends", ...packages);
  } catch {
    // The list of packages may be missing or older than the mirror.
    await apt("update");
    await apt("install", "-y", "--no-install-recommends", ...packages);
  }
}

async function startEngine({ folder, say }: EngineWish, docker: Docker): Promise<void> {
  if (existsSync("/run/systemd/system")) {
    say("Starting the docker service …");
    await run("systemctl", ["start", "docker"], { timeout: startTimeoutMs });
  } else {
    mkdirSync(folder, { recursive: true });
    const log = openSync(path.join(folder, "dockerd.log"), "a");
    const child = spawn("dockerd", [], { stdio: ["ignore", log, log], detached: true });
    child.unref();
    say(
      `Starting dockerd (process ${child.pid ?? "?"}); it goes on when the demo ends. Its log: ${folder}/dockerd.log`,
    );
  }
  for (let waited = 0; !(await answers(docker)); waited += rhythmMs) {
    if (waited > startTimeoutMs)
      throw new Error(`dockerd does not answer: ${lastLine(path.join(folder, "dockerd.log"))}`);
    await pause(rhythmMs);
  }
}

function lastLine(file: string): string {
  return existsSync(file) ? (readFileSync(file, "utf8").trim().split("\n").at(-1) ?? "") : "it left no log";
}

async function beSwarm(docker: Docker, say: (text: string) => void): Promise<void> {
  const info = (await docker.info()) as { Swarm: { LocalNodeState: string; ControlAvailable: boolean } };
  if (info.Swarm.LocalNodeState === "active") {
    if (!info.Swarm.ControlAvailable) throw new Error("this node is a worker of a swarm, not a manager");
    return;
  }
  say("Making this machine a swarm of one node …");
  await docker.swarmInit({ ListenAddr: "127.0.0.1:2377", AdvertiseAddr: "127.0.0.1" });
}
