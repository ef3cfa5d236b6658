/** Tandem as people start it: processes of their own with settings in a folder. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const root = path.join(import.meta.dirname, "../..");
/** Beside a busy machine's other work; one that hangs fails all the same. */
const patienceMs = 150_000;

/** A folder with a tandem.yaml (JSON is YAML) whose pages listen on any free port; `more` replaces parts. */
export function installation(more: Record<string, unknown> = {}): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-cli-"));
  const settings = {
    people: {
      operators: [{ name: "cleo", matrixId: "@cleo:demo" }],
      maintainers: [{ name: "bo", matrixId: "@bo:demo" }],
    },
    web: { listen: "127.0.0.1:0", publicUrl: "http://localhost:8080" },
    docker: { socket: path.join(folder, "docker.sock") },
    diskFreeMb: 1,
    recipes: { "custom-html": path.join(root, "recipes/custom-html") },
    ...more,
  };
  writeFileSync(path.join(folder, "tandem.yaml"), JSON.stringify(settings));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Ended {
  code: number | null;
  /** Standard output. */
  out: string;
  /** Standard error. */
  err: string;
}

export interface ChildOptions {
  env?: Record<string, string>;
  /** What stands on standard input; by default nothing does. */
  input?: string;
  /** The program; by default this Node. */
  program?: string;
  /** A program that starts this one, with its words, such as one that takes rights away. */
  under?: string[];
}

/** Runs a script of this program to its end, with nothing of the tests' own environment. */
export function run(
  folder: string,
  script: string,
  args: string[] = [],
  options: ChildOptions = {},
): Promise<Ended> {
  return new Promise((ended) => {
    const child = launch(folder, script, args, options);
    const written = { out: "", err: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (written.out += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (written.err += text));
    child.stdin?.end(options.input ?? "");
    child.once("close", (code) => ended({ code, ...written }));
  });
}

/** The command line. */
export function tandem(folder: string, args: string[], options: ChildOptions = {}): Promise<Ended> {
  return run(folder, path.join(root, "src/cli.ts"), args, options);
}

export interface Server {
  /** Where the pages are. */
  url: string;
  log(): string;
  /** Stops it in order; answers its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the server; rejects with what it wrote when it does not come up. */
export async function startServer(
  folder: string,
  port: number,
  env: Record<string, string> = {},
): Promise<Server> {
  const child = launch(folder, path.join(root, "src/main.ts"), [], {
    env: {
      TANDEM_WEB_LISTEN: `127.0.0.1:${port}`,
      TANDEM_WEB_PUBLIC_URL: `http://localhost:${port}`,
      ...env,
    },
  });
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (log += text));
  const ended = new Promise<number | null>((over) => child.once("close", over));
  const url = `http://127.0.0.1:${port}`;
  const answers = async (): Promise<boolean> => {
    for (const until = performance.now() + patienceMs; performance.now() < until;) {
      if (child.exitCode !== null) return false;
      if (
        await fetch(`${url}/healthz`).then(
          () => true,
          () => false,
        )
      )
        return true;
      await new Promise((rested) => setTimeout(rested, 50));
    }
    return false;
  };
  if (!(await answers())) {
    child.kill("SIGKILL");
    throw new Error(`the server did not start: ${log}`);
  }
  return {
    url,
    log: () => log,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/** Where Node keeps what it compiled, for a child with none of the tests' own environment; `npm test` names it. */
export function compileCache(): Record<string, string> {
  const folder = process.env["NODE_COMPILE_CACHE"];
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

function launch(folder: string, script: string, args: string[], options: ChildOptions): ChildProcess {
  const program = options.program ?? process.execPath;
  const [first, ...words] = [...(options.under ?? []), program, script, ...args];
  return spawn(first ?? program, words, {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, ...compileCache(), ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}
