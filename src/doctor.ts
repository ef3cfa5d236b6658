/**
 * `tandem doctor`: everything that can be checked without changing anything, each with what to do when it is not
 * well. Answers the exit code: 0 when all is well.
 */
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { throughDoor } from "./cli/ask.ts";
import { databaseFile } from "./cli/database.ts";
import { loadConfig, type Config } from "./config.ts";
import { systemClock } from "./core/clock.ts";
import { messageOf, Problem } from "./core/problem.ts";
import { openDb, schema } from "./db/index.ts";
import { openAdmission } from "./house/admit.ts";
import { openSwarm } from "./swarm/index.ts";

const gitTimeoutMs = 15_000;
const run = promisify(execFile);

interface Finding {
  what: string;
  ok: boolean;
  says: string;
}

/** Runs all checks and prints a line each. */
export async function doctor(print: (text: string) => void): Promise<number> {
  let config: Config;
  try {
    config = loadConfig();
  } catch (thrown) {
    print(line({ what: "settings", ok: false, says: textOf(thrown) }));
    return 1;
  }
  const running = await isRunning(config);
  const checks: Promise<Finding>[] = [
    check("settings", () => "every setting is known"),
    check("data folder", () => dataFolder(config)),
    check("server", () => (running ? "a Tandem is running on this data" : "not running")),
    check("maintainers", () => maintainers(config, running)),
    check("docker", () => docker(config)),
    check("matrix", () => matrix(config)),
    ...Object.entries(config.recipes).map(([name, source]) =>
      check(`recipe ${name}`, () => recipe(config, source)),
    ),
  ];
  const findings = await Promise.all(checks);
  for (const finding of findings) print(line(finding));
  return findings.every((finding) => finding.ok) ? 0 : 1;
}

async function check(what: string, look: () => string | Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, says: await look() };
  } catch (thrown) {
    return { what, ok: false, says: textOf(thrown) };
  }
}

function line({ what, ok, says }: Finding): string {
  return `${ok ? "✓" : "✕"} ${what}: ${says}`;
}

function textOf(thrown: unknown): string {
  if (!(thrown instanceof Problem)) return messageOf(thrown);
  return `${thrown.text.happened}\n    ${thrown.text.means}\n    ${thrown.text.remedy}`;
}

async function isRunning(config: Config): Promise<boolean> {
  try {
    await throughDoor(config, "GET", "/verify-audit");
    return true;
  } catch {
    // No server answers: the other checks say whether one could.
    return false;
  }
}

function dataFolder(config: Config): string {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  accessSync(config.dataDir, constants.W_OK);
  const admission = openAdmission(config.dataDir, config.diskFreeMb);
  admission.admit();
  return `${config.dataDir}, ${admission.freeMb()} MB free`;
}

function maintainers(config: Config, running: boolean): string {
  const named = config.people.maintainers.length;
  if (running) return "checked by the running server";
  if (named > 0) return `${named} in the settings`;
  if (existsSync(databaseFile(config))) {
    const db = openDb(databaseFile(config));
    try {
      const held = db.orm.select().from(schema.roleHeld).all();
      const count = held.filter((row) => row.role === "maintainer").length;
      if (count > 0) return `${count} in the database`;
    } finally {
      db.close();
    }
  }
  throw new Error("nobody: name one under people.maintainers in tandem.yaml, or Tandem will not start");
}

async function docker(config: Config): Promise<string> {
  const swarm = openSwarm({ socketPath: config.docker.socket, clock: systemClock });
  try {
    const { engine, node } = await swarm.check();
    return `engine ${engine}, Swarm manager on ${node}`;
  } finally {
    swarm.close();
  }
}

async function matrix(config: Config): Promise<string> {
  if (config.matrix === undefined) return "not configured (web and command line only)";
  const token = config.secrets.matrixAccessToken;
  if (token === undefined) throw new Error("no access token: make one with npx tandem login");
  const answer = await fetch(new URL("/_matrix/client/v3/account/whoami", config.matrix.homeserver), {
    headers: { authorization: `Bearer ${token.reveal()}` },
    signal: AbortSignal.timeout(gitTimeoutMs),
  });
  const body = (await answer.json()) as { user_id?: string; device_id?: string; error?: string };
  if (!answer.ok)
    throw new Error(`${config.matrix.homeserver} refuses the token: ${body.error ?? answer.status}`);
  if (body.device_id === undefined)
    throw new Error("the token has no device, so nothing could be encrypted with it");
  return `${body.user_id ?? "?"} on ${config.matrix.homeserver}, device ${body.device_id}`;
}

async function recipe(config: Config, source: string): Promise<string> {
  if (existsSync(source)) return source;
  await run("git", ["ls-remote", "--tags", "--", source], {
    cwd: config.root,
    timeout: gitTimeoutMs,
    env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
  });
  return `${source} answers`;
}
