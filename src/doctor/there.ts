/** What has to be asked elsewhere: the running Tandem, Docker, the homeserver, the repositories of recipes. */
import { existsSync } from "node:fs";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { throughDoor } from "../cli/ask.ts";
import type { Config } from "../config.ts";
import { systemClock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { tokenRefused } from "../core/problems/chat.ts";
import {
  homeserverSilent,
  partUnwell,
  recipeSourceSilent,
  tokenWithoutDevice,
} from "../core/problems/doctor.ts";
import { matrixTokenMissing } from "../core/problems/house.ts";
import { lookAtCatalogue } from "../recipes/index.ts";
import { bySocket, openSwarm } from "../swarm/index.ts";
import type { Health } from "../web/index.ts";
import type { Aside } from "./finding.ts";
import { askHomeserver, patienceMs } from "./homeserver.ts";

const run = promisify(execFile);

/** How the running Tandem is; undefined when none runs on this data. */
export async function healthOfRunning(config: Config): Promise<Health | undefined> {
  try {
    return (await throughDoor(config, "GET", "/health")) as Health;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "server-not-running") return undefined;
    throw thrown;
  }
}

/** What the running Tandem says of itself, or that it is to be started. */
export function server(health: Health | undefined): string | Aside {
  if (health === undefined) return { aside: "not running; start it with: npm start" };
  const unwell = Object.entries(health).find(([, part]) => !part.ok && part.optional !== true);
  if (unwell !== undefined) throw partUnwell({ part: unwell[0], says: unwell[1].says });
  const parts = Object.entries(health).filter(([part]) => part !== "docker" && !part.startsWith("server "));
  return `running; ${parts.map(([part, { says }]) => `${part}: ${says}`).join("; ")}`;
}

export async function docker(config: Config): Promise<string> {
  const swarm = openSwarm({ way: bySocket(config.docker.socket), clock: systemClock });
  try {
    const { engine, node } = await swarm.check();
    return `engine ${engine}, Swarm manager on ${node}`;
  } finally {
    swarm.close();
  }
}

/** Whether the homeserver knows the bot by its token. */
export async function matrix({ matrix: settings, secrets }: Config): Promise<string | Aside> {
  if (settings === undefined) return { aside: "not configured; people speak by web and command line only" };
  const { homeserver } = settings;
  const token = secrets.matrixAccessToken;
  if (token === undefined) throw matrixTokenMissing({ homeserver });
  const [status, body] = await askHomeserver(homeserver, token, "/_matrix/client/v3/account/whoami");
  if (status === 401 || status === 403) throw tokenRefused({ homeserver });
  if (typeof body["user_id"] !== "string")
    throw homeserverSilent({ homeserver, reason: `it answers as no homeserver does (status ${status})` });
  if (typeof body["device_id"] !== "string") throw tokenWithoutDevice({ homeserver });
  return `${body["user_id"]} on ${homeserver}, device ${body["device_id"]}`;
}

/** Whether a recipe can be read where the settings say: a folder, or a repository anywhere. */
export async function recipe(config: Config, source: string): Promise<string> {
  const isAddress = /^[a-z+]+:\/\/|^[^/]+@[^/]+:/.test(source);
  const shown = withoutCredentials(isAddress ? source : path.resolve(config.root, source));
  if (!isAddress) {
    if (existsSync(path.resolve(config.root, source))) return shown;
    throw recipeSourceSilent({ source: shown, reason: "there is no such folder" });
  }
  try {
    await run("git", ["ls-remote", "--tags", "--", source], {
      cwd: config.root,
      timeout: patienceMs,
      env: { ...process.env, ...config.gitEnv, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
    });
    return `${shown} answers`;
  } catch (thrown) {
    throw recipeSourceSilent({ source: shown, reason: wordsOfGit(thrown) }, thrown);
  }
}

/** Whether the catalogue of the settings can be read now, and what is in it. */
export async function catalogue({ catalogue: address, root }: Config): Promise<string | Aside> {
  if (address === undefined) return { aside: "none is named; recipes are those of the settings" };
  const isAddress = /^[a-z+]+:\/\//i.test(address);
  const { source, entries, passedOver } = await lookAtCatalogue(
    isAddress ? address : path.resolve(root, address),
  );
  const left = passedOver === 0 ? "" : `; ${passedOver} passed over, which name no proper repository`;
  return `${source} tells of ${entries.size} ${entries.size === 1 ? "recipe" : "recipes"}${left}`;
}

function wordsOfGit(thrown: unknown): string {
  const { stderr = "", code, killed } = thrown as { stderr?: string; code?: unknown; killed?: boolean };
  if (code === "ENOENT") return "the program git is not installed";
  if (killed === true) return `it was silent for ${patienceMs / 1000} s`;
  const line = /^(?:fatal|ERROR): *(.+)$/m.exec(stderr)?.[1] ?? "git could not read it";
  return withoutCredentials(line).replace(/\.$/, "");
}

/** `https://token@host/x` as it may be shown. */
function withoutCredentials(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^/@\s'"]+@/gi, "$1");
}
