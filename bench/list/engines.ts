/**
 * Ten Docker Engines of this machine's own program, each a Swarm of one node with 50 apps: what `app list` asks for is
 * what the engines know of services, so nothing has to run in them. Needs root.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { freePort } from "../../test/real/docker/index.ts";

export interface ListedEngine {
  socket: string;
  /** Names of the stacks on it. */
  stacks: string[];
}

/** Starts them one after the other. `stop` takes them and their folder away. */
export async function startEngines(
  engines: number,
  stacks: number,
): Promise<{ engines: ListedEngine[]; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-list-"));
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null) return;
        const ended = new Promise((done) => child.once("exit", done));
        child.kill("SIGTERM");
        await ended;
      }),
    );
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const started: ListedEngine[] = [];
    for (let n = 0; n < engines; n++) {
      const home = path.join(folder, String(n));
      const child = launch(home);
      children.push(child);
      started.push(await fill(child, home, n, stacks));
    }
    return { engines: started, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function launch(home: string): ChildProcess {
  mkdirSync(home);
  const own = (name: string): string => path.join(home, name);
  const log = openSync(own("log"), "w");
  const folders = ["--data-root", own("data"), "--exec-root", own("exec"), "--pidfile", own("pid")];
  // Nothing runs in them, so they need no networks, and leave those of the machine alone.
  const alone = ["--bridge=none", "--iptables=false", "--ip-forward=false"];
  return spawn("dockerd", ["-H", `unix://${own("docker.sock")}`, ...folders, ...alone], {
    stdio: ["ignore", log, log],
  });
}

async function fill(child: ChildProcess, home: string, n: number, stacks: number): Promise<ListedEngine> {
  const socket = path.join(home, "docker.sock");
  const docker = new Docker({ socketPath: socket });
  for (let tries = 0; ; tries++) {
    const isUp = await docker.ping().then(
      () => true,
      () => false,
    );
    if (isUp) break;
    if (tries > 150 || child.exitCode !== null) {
      throw new Error(`a Docker Engine does not come up: ${readFileSync(path.join(home, "log"), "utf8")}`);
    }
    await new Promise((rested) => setTimeout(rested, 200));
  }
  await docker.swarmInit({ ListenAddr: `127.0.0.1:${await freePort()}`, AdvertiseAddr: "127.0.0.1" });
  const names = Array.from({ length: stacks }, (_, i) => `app${i}_server${n}_example_coop`);
  for (const stack of names)
    for (const service of ["app", "db"]) await docker.createService(spec(stack, service));
  return { socket, stacks: names };
}

/** A service as a recipe's is labelled, with no copies. */
function spec(stack: string, service: string): Docker.CreateServiceOptions {
  return {
    Name: `${stack}_${service}`,
    Labels: {
      "com.docker.stack.namespace": stack,
      "com.docker.stack.image": "tandem.test/none:1",
      [`coop-cloud.${stack}.version`]: "1.0.0+1.0",
      "coop-cloud.backupbot.enabled": "true",
    },
    TaskTemplate: { ContainerSpec: { Image: "tandem.test/none:1", Env: [`STACK_NAME=${stack}`] } },
    Mode: { Replicated: { Replicas: 0 } },
  };
}
