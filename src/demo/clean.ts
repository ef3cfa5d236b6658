import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import Docker from "dockerode";
import { throughDoor } from "../cli/ask.ts";
import { systemClock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { demoGoesOn } from "../core/problems/demo.ts";
import { bySocket, openSwarm } from "../swarm/index.ts";
import { demoImage } from "./image.ts";
import { app } from "./people.ts";

const stack = app.replaceAll(".", "_");

/** A stack of an earlier demo would be in the way of one that begins at the beginning. */
export async function takeOld(socketPath: string): Promise<void> {
  const swarm = openSwarm({ way: bySocket(socketPath), clock: systemClock });
  try {
    await swarm.remove(stack, { volumes: true, secrets: true });
  } finally {
    swarm.close();
  }
}

/** Throws `demo-goes-on` while a demo runs on this folder: its files are not to be taken away under it. */
export async function assertAtRest(folder: string): Promise<void> {
  const dataDir = path.join(folder, "data");
  if (!existsSync(dataDir)) return;
  try {
    await throughDoor({ dataDir }, "GET", "/health");
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "server-not-running") return;
    throw thrown;
  }
  throw demoGoesOn({});
}

/**
 * Takes away what demos have left: the app on the engine with its image, and the folder. An engine that does not
 * answer is neither installed nor started for it.
 */
export async function clean(home: string, socketPath: string, say: (text: string) => void): Promise<number> {
  for (const folder of ["script", "room"]) await assertAtRest(path.join(home, folder));
  const onEngine = await takeFromEngine(socketPath);
  rmSync(home, { recursive: true, force: true });
  say(`${onEngine}\nThe folder ${home} is gone. Docker itself stays as it is.`);
  return 0;
}

async function takeFromEngine(socketPath: string): Promise<string> {
  try {
    await takeOld(socketPath);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return `${thrown.text.happened} If ${app} still runs there, say this again once it answers.`;
  }
  return (await takeImage(new Docker({ socketPath })))
    ? `${app} is taken off the Docker Engine, with its image.`
    : `${app} is not on the Docker Engine any more.`;
}

/** False when there is no such image, or something else uses it: then it is not ours to take. */
async function takeImage(docker: Docker): Promise<boolean> {
  try {
    await (docker.getImage(demoImage).remove() as Promise<unknown>);
    return true;
  } catch (thrown) {
    const { statusCode } = thrown as { statusCode?: number };
    if (statusCode === 404 || statusCode === 409) return false;
    throw thrown;
  }
}
