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

/** What is done about an engine that does not answer; `dockerd` is the program, where there is one. */
export type Way =
  | { kind: "start"; dockerd: string }
  | { kind: "install"; dockerd?: undefined }
  | { kind: "say"; why: string; dockerd?: string };

/** What the way depends on, of this machine; a test gives another one. */
export interface Machine {
  /** The folders of PATH, as the environment has them. */
  path: string;
  isRoot: boolean;
  exists: (file: string) => boolean;
}

const here = (): Machine => ({
  path: process.env["PATH"] ?? "",
  isRoot: process.getuid?.() === 0,
  exists: existsSync,
});

/** A Swarm manager on the socket, or undefined after having said in three lines what to do. */
export async function findEngine(wish: EngineWish): Promise<Docker | undefined> {
  const docker = new Docker({ socketPath: wish.socketPath });
  const way = (await answers(docker)) ? undefined : wayTo(wish, here());
  try {
    if (way !== undefined) await makeEngine(way, wish, docker);
    await beSwarm(docker, wish.say);
    return docker;
  } catch (thrown) {
    // Of what apt-get and systemctl say the last line is the reason; three lines are to stay three.
    const why = lastLineOf(messageOf(thrown)).replace(/\.$/, "");
    // Whoever has an engine that is only stopped must not be sent to install another one over it.
    const get = way?.dockerd === undefined ? "install Docker (docker.io on Debian)" : "start Docker";
    wish.say(
      [
        `No Docker Engine can be used here: ${why}.`,
        "Everything that needs no server still works; deploying does not.",
        `To have it all: ${get}, run \`docker swarm init\`, start the demo again.`,
      ].join("\n"),
    );
    return undefined;
  }
}

/** How there can be an engine where none answers: one that is here is started; only where none is, one is installed. */
export function wayTo(wish: Pick<EngineWish, "socketPath" | "mayInstall">, machine: Machine): Way {
  if (wish.socketPath !== usualSocket)
    return { kind: "say", why: `none answers at ${wish.socketPath} (DOCKER_HOST)` };
  const dockerd = dockerdOn(machine);
  const refused = "none answers, and --no-install was asked for";
  if (dockerd !== undefined) {
    if (!machine.isRoot)
      return { kind: "say", why: `none answers, and only root can start ${dockerd}`, dockerd };
    return wish.mayInstall ? { kind: "start", dockerd } : { kind: "say", why: refused, dockerd };
  }
  if (!machine.isRoot || !machine.exists("/usr/bin/apt-get")) {
    const why = "none answers, and only root on Debian or Ubuntu can have one installed by the demo";
    return { kind: "say", why };
  }
  return wish.mayInstall ? { kind: "install" } : { kind: "say", why: refused };
}

/** Debian's docker.io has it in /usr/sbin, docker-ce in /usr/bin; not everybody's PATH has both. */
function dockerdOn({ path: folders, exists }: Machine): string | undefined {
  return [...folders.split(path.delimiter), "/usr/sbin", "/usr/bin"]
    .filter((folder) => folder !== "")
    .map((folder) => path.join(folder, "dockerd"))
    .find(exists);
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

async function makeEngine(way: Way, wish: EngineWish, docker: Docker): Promise<void> {
  if (way.kind === "say") throw new Error(way.why);
  if (way.kind === "start") return startEngine(way.dockerd, wish, docker);
  wish.say("No Docker Engine answers. Installing docker.io from this system's packages …");
  await installPackages(["docker.io", "iptables", "busybox-static"]);
  // Where systemd runs, the package has started it.
  if (await answers(docker)) return;
  const dockerd = dockerdOn(here());
  if (dockerd === undefined) throw new Error("docker.io was installed, and there is no dockerd all the same");
  await startEngine(dockerd, wish, docker);
}

/**
 * Installs Debian packages; with a fresh list when the first try fails. Fails rather than remove what is installed: the
 * parts of another vendor's Docker, say.
 */
export async function installPackages(packages: string[]): Promise<void> {
  const apt = (...words: string[]) =>
    run("apt-get", words, {
      timeout: installTimeoutMs,
      env: { ...asRoot(), DEBIAN_FRONTEND: "noninteractive" },
    });
  const install = () => apt("install", "-y", "--no-remove", "--no-install-recommends", ...packages);
  try {
    await install();
  } catch {
    // The list of packages may be missing or older than the mirror.
    await apt("update");
    await install();
  }
}

/** After a plain `su`, PATH has none of the folders in which dockerd and dpkg look for iptables and ldconfig. */
function asRoot(): NodeJS.ProcessEnv {
  const folders = [process.env["PATH"] ?? "", "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return { ...process.env, PATH: folders.filter((one) => one !== "").join(path.delimiter) };
}

async function startEngine(dockerd: string, { folder, say }: EngineWish, docker: Docker): Promise<void> {
  let trouble = (): string | undefined => undefined;
  if (existsSync("/run/systemd/system")) {
    say("Starting the docker service …");
    await run("systemctl", ["start", "docker"], { timeout: startTimeoutMs });
  } else {
    const launched = launch(dockerd, folder);
    trouble = launched.trouble;
    const about = `Its log: ${folder}/dockerd.log`;
    if (launched.pid !== undefined)
      say(`Starting dockerd (process ${launched.pid}); it goes on when the demo ends. ${about}`);
  }
  for (let waited = 0; !(await answers(docker)); waited += rhythmMs) {
    const why = trouble();
    if (why !== undefined) throw new Error(why);
    if (waited > startTimeoutMs)
      throw new Error(`dockerd does not answer: ${lastLine(path.join(folder, "dockerd.log"))}`);
    await pause(rhythmMs);
  }
}

/** Begins dockerd, which goes on by itself. `trouble` says, soon after, why it did not begin. */
export function launch(
  dockerd: string,
  folder: string,
): { pid: number | undefined; trouble: () => string | undefined } {
  mkdirSync(folder, { recursive: true });
  const log = openSync(path.join(folder, "dockerd.log"), "a");
  const child = spawn(dockerd, [], { stdio: ["ignore", log, log], detached: true, env: asRoot() });
  let why: string | undefined;
  // Without a listener the whole demo would end with a trace.
  child.on("error", (thrown) => (why = `${dockerd} could not be started: ${thrown.message}`));
  child.unref();
  return { pid: child.pid, trouble: () => why };
}

function lastLine(file: string): string {
  return existsSync(file) ? lastLineOf(readFileSync(file, "utf8")) : "it left no log";
}

function lastLineOf(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
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
