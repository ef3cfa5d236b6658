/**
 * Another engine beside the one of the machine, with a Swarm of its own, as a second server has it. Two engines in one
 * network take each other's bridges and rules away, so this one has a network namespace to itself: its containers
 * reach each other, and nothing else but the registry of the tests, to which a door is held open.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { answers, beSwarm } from "./engine.ts";

export interface SecondEngine {
  docker: Docker;
  socketPath: string;
  stop(): Promise<void>;
}

/**
 * Started from the programs that `useDocker()` installs; `registry` is `127.0.0.1:<port>`, under which it knows the
 * registry too, where it is to know one. Undefined, with one line that says why, when it cannot be had; TANDEM_REAL=require makes that a failure.
 */
export async function useSecondEngine(registry?: string): Promise<SecondEngine | undefined> {
  try {
    if (process.getuid?.() !== 0) throw new Error("only root may give it a network of its own");
    return await start(registry);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    if (process.env["TANDEM_REAL"] === "require")
      throw new Error(`a second docker engine is required: ${reason}`, { cause: thrown });
    console.log(`second docker engine: left out, ${reason}`);
    return undefined;
  }
}

async function start(registry: string | undefined): Promise<SecondEngine> {
  const home = mkdtempSync(path.join(tmpdir(), "tandem-second-docker-"));
  const socketPath = path.join(home, "docker.sock");
  // /run/docker is where every engine keeps the sockets of its plugins, whatever --exec-root says.
  const script = 'busybox ip link set lo up && mount -t tmpfs none /run/docker && exec dockerd "$@"';
  const folders = ["--data-root", `${home}/data`, "--exec-root", `${home}/exec`];
  const args = [...folders, "--pidfile", `${home}/pid`, "--bridge=none", "--iptables=false"];
  const log = openSync(path.join(home, "log"), "w");
  const namespaces = ["--net", "--mount", "sh", "-c", script, "sh", "-H", `unix://${socketPath}`];
  const child = spawn("unshare", [...namespaces, ...args], { stdio: ["ignore", log, log] });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  for (let tries = 0; !(await answers(socketPath)); tries++) {
    if (child.exitCode !== null || tries > 300) {
      child.kill("SIGTERM");
      throw new Error(`the second dockerd does not answer: ${readFileSync(path.join(home, "log"), "utf8")}`);
    }
    await new Promise((rested) => setTimeout(rested, 200));
  }
  const docker = new Docker({ socketPath });
  await beSwarm(docker);
  const port = registry?.split(":")[1];
  const door =
    port === undefined ? undefined : await holdDoor(path.join(home, "door"), child.pid ?? 0, Number(port));
  return {
    docker,
    socketPath,
    async stop() {
      await docker.swarmLeave({ force: true });
      await door?.close();
      child.kill("SIGTERM");
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Joins a port of this machine to the same one in the network of a process: a socket in the file system reaches both. */
async function holdDoor(socket: string, pid: number, port: number): Promise<{ close(): Promise<void> }> {
  const near = net.createServer((from) => {
    join(from, net.connect(port, "127.0.0.1"));
  });
  await new Promise<void>((listening) => near.listen(socket, listening));
  const inside = [process.execPath, import.meta.filename, socket, String(port)];
  const far = spawn("nsenter", [`--net=/proc/${pid}/ns/net`, ...inside], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((done) => far.once("exit", () => done()));
  await Promise.race([new Promise((said) => far.stdout.once("data", said)), ended]);
  if (far.exitCode !== null) throw new Error("the door to the registry does not open");
  return {
    async close() {
      far.kill("SIGTERM");
      await ended;
      await new Promise((closed) => near.close(closed));
    },
  };
}

function join(one: net.Socket, other: net.Socket): void {
  one.on("error", () => other.destroy()).pipe(other);
  other.on("error", () => one.destroy()).pipe(one);
}

// The other side of the door: this file, started inside the network of the second engine.
if (import.meta.main) {
  const [socket = "", port] = process.argv.slice(2);
  const far = net.createServer((from) => {
    join(from, net.connect(socket));
  });
  far.listen(Number(port), "127.0.0.1", () => process.stdout.write("open\n"));
}
