/** Tandem as co-ops run it: a process of its own with settings and secrets in files, to be killed at any moment. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { compileCache } from "../../cli/children.ts";
import type { TestUser } from "../synapse/index.ts";
import { freePort } from "../synapse/server.ts";
import { startFlags } from "../../start-flags.ts";

const mainScript = path.join(import.meta.dirname, "../../../src/main.ts");
/** As src/main.ts begins, for other scripts too. */
const quickStart = pathToFileURL(path.join(import.meta.dirname, "../../../src/quick-start.ts")).href;
const patienceMs = 150_000;

export interface Seed {
  name: string;
  matrixId: string;
}

export interface InstallOptions {
  homeserver: string;
  bot: TestUser;
  operators: Seed[];
  maintainers: Seed[];
  /** By name; a folder or a git repository. */
  recipes?: Record<string, string>;
  docker?: string;
  matrix?: Record<string, unknown>;
  /** More of tandem.yaml. */
  settings?: Record<string, unknown>;
  /** Another program than src/main.ts, such as one that brings workflows of its own. */
  script?: string | undefined;
}

/** A folder with settings, secrets and data, and the process that runs on it. */
export interface Installation {
  folder: string;
  /** Address of the pages. */
  url: string;
  /** Starts a process. Only one may be alive at a time: the database is locked. */
  start(other?: { script?: string; env?: Record<string, string>; listens?: boolean }): Program;
  remove(): void;
}

export interface Program {
  child: ChildProcess;
  /** Resolves when it answers on the web; rejects with what it wrote when it ended instead. */
  up: Promise<void>;
  /** How it ended: the exit code or the signal. */
  ended: Promise<number | NodeJS.Signals>;
  /** Says a line on its standard input, where it was started with one. */
  tell(line: string): void;
  /** What it wrote to standard error so far. */
  log(): string;
  /** Ends it, resolves when it has gone. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | NodeJS.Signals>;
  /** Asks the local door, as the command line does. */
  door<T>(endpoint: string): Promise<T>;
  /** Says a command at the local door, as somebody. */
  say(line: string, as: string): Promise<{ ok: boolean; text: string }>;
  health(): Promise<{ ok: boolean; parts: Record<string, { ok: boolean; says?: string }> }>;
}

export async function install(options: InstallOptions): Promise<Installation> {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-house-"));
  mkdirSync(path.join(folder, "secrets"), { mode: 0o700 });
  writeFileSync(path.join(folder, "secrets/token"), `${options.bot.accessToken}\n`, { mode: 0o600 });
  writeFileSync(path.join(folder, "secrets/passphrase"), "a long passphrase of the store\n", { mode: 0o600 });
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const settings = {
    coop: { name: "A co-op under test" },
    dataDir: "data",
    people: { operators: options.operators, maintainers: options.maintainers },
    matrix: {
      homeserver: options.homeserver,
      accessTokenFile: "secrets/token",
      storePassphraseFile: "secrets/passphrase",
      ...options.matrix,
    },
    web: { listen: `127.0.0.1:${port}`, publicUrl: url },
    ...(options.docker !== undefined && { docker: { socket: options.docker } }),
    recipes: options.recipes ?? {},
    diskFreeMb: 1,
    ...options.settings,
  };
  // JSON is YAML.
  writeFileSync(path.join(folder, "tandem.yaml"), JSON.stringify(settings, undefined, 2));
  return {
    folder,
    url,
    start: ({ script = options.script ?? mainScript, env = {}, listens = false } = {}) =>
      startProgram(folder, `http://127.0.0.1:${port}`, { script, env, listens }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface Start {
  script: string;
  env: Record<string, string>;
  /** It gets a standard input. */
  listens: boolean;
}

function startProgram(folder: string, url: string, { script, env, listens }: Start): Program {
  const flags = [...startFlags, "--import", quickStart];
  const child = spawn(process.execPath, [...flags, script], {
    cwd: folder,
    stdio: [listens ? "pipe" : "ignore", "inherit", "pipe"],
    // Nothing of the tests' own environment may count as a setting.
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      ...compileCache(),
      TANDEM_SETTINGS: path.join(folder, "tandem.yaml"),
      ...env,
    },
  });
  let written = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    written += text;
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => {
      resolve(signal ?? code ?? 0);
    });
  });
  const health: Program["health"] = async () => {
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) });
    return (await answer.json()) as Awaited<ReturnType<Program["health"]>>;
  };
  const up = (async (): Promise<void> => {
    const until = performance.now() + patienceMs;
    while (performance.now() < until) {
      await sleep(50);
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`Tandem ended instead of starting: ${written.slice(-3000)}`);
      if ((await health().catch(() => undefined)) !== undefined) return;
    }
    throw new Error(`Tandem did not start within ${patienceMs / 1000} s: ${written.slice(-3000)}`);
  })();
  // Whoever kills it while it starts does not wait for it.
  up.catch(() => undefined);
  return {
    child,
    up,
    ended,
    health,
    tell: (line) => void child.stdin?.write(`${line}\n`),
    log: () => written,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
    door: (endpoint) => askDoor(path.join(folder, "data/tandem.sock"), "GET", endpoint),
    say: (line, as) => askDoor(path.join(folder, "data/tandem.sock"), "POST", "/", { line, as }),
  };
}

function askDoor<T>(socketPath: string, method: string, endpoint: string, body?: object): Promise<T> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path: endpoint, method }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve(JSON.parse(text) as T));
    });
    asking.once("error", reject);
    asking.end(body && JSON.stringify(body));
  });
}
