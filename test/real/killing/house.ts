/**
 * A house that is killed with SIGKILL at every step of what is said to it, on a real engine with the real restic, and
 * started again until the run is over: with one app of a recipe, its repository, and all that may be left over.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { systemClock } from "../../../src/core/clock.ts";
import { bySocket, openSwarm, type Swarm } from "../../../src/swarm/index.ts";
import { remove, repository, temporaryFolder } from "../../recipes/repository.ts";
import { quickKey } from "../backups/quick-key.ts";
import type { TestDocker } from "../docker/index.ts";
import { imageOfPrograms } from "../docker/programs.ts";
import type { CutWish } from "../house/cut-child.ts";
import { install, type Installation, type Program } from "../house/program.ts";
import { openRecords, type Records } from "../house/records.ts";
import type { TestUser } from "../synapse/index.ts";
import { cutsOf, type Killed, type Run } from "./cuts.ts";
import { belongingsOf, type Belongings } from "./left.ts";

const script = path.join(import.meta.dirname, "../house/cut-child.ts");
const seed = (name: string) => ({ name, matrixId: `@${name}:coop.test` });

export interface KillHouseOptions {
  /** What its app and its stack are called. */
  of: string;
  /** Of the recipe; `image` has busybox and restic, and is that of the helpers, too. */
  compose: (image: string) => string;
}

export interface KillWish extends Partial<Pick<CutWish, "during" | "spared">> {
  /** What happens to the world between two lives, by what the first was killed at: `after take`. */
  meanwhile?: Record<string, () => void>;
  /** What it was killed at when somebody cancels the run: `during take`. The next life is at that step again. */
  cancelledAt?: string;
  /**
   * Programs in whose work it is killed as well, in their order: `mariadb-dump`. Their services have the name of their
   * stack in their environment.
   */
  whileRuns?: string[];
  /** What a grave question names; the app unless said otherwise. */
  subject?: string;
}

export interface ProvenBackup {
  id: string;
  /** Its snapshots, in the order of the record. */
  parts: { id: string; kind: string; service?: string }[];
}

/** All of it is torn down by `stop`, also where it was not set up to its end. */
export class KillHouse {
  readonly swarm: Swarm;
  readonly app: string;
  readonly stack: string;
  readonly image: string;
  /** The folder of the repository `nightly`. */
  readonly folder: string;
  private readonly recipe = repository();
  private readonly data = temporaryFolder();
  private readonly password: string;
  private readonly cutsFile: string;
  private home: Installation | undefined;
  /** The life that answers; none between one run that was killed and the next. */
  private program: Program | undefined;
  /** Has read everything and waits for its word, so that a life begins at once when another ends. */
  private next: Program | undefined;
  private cutting: CutWish | undefined;
  private readonly docker: TestDocker;

  constructor(docker: TestDocker, of: string) {
    this.docker = docker;
    this.image = `tandem.test/${docker.prefix}restic:0.14`;
    this.app = `${docker.stackName(of)}.example.coop`;
    this.stack = stackOf(this.app);
    this.swarm = openSwarm({ way: bySocket(docker.socketPath), clock: systemClock });
    this.folder = path.join(this.data, "repository");
    this.password = path.join(this.data, "password");
    this.cutsFile = path.join(this.data, "cuts");
  }

  /** With its app deployed, and a repository for it. */
  static async open(docker: TestDocker, { of, compose }: KillHouseOptions): Promise<KillHouse> {
    const house = new KillHouse(docker, of);
    try {
      await house.setUp(compose);
      return house;
    } catch (thrown) {
      await house.stop();
      throw thrown;
    }
  }

  private async setUp(compose: (image: string) => string): Promise<void> {
    const { docker, image, app, folder, password } = this;
    await imageOfPrograms(docker.docker, image, ["/usr/bin/restic"]);
    this.publish("1.0.0+1.0.0", compose);
    mkdirSync(folder);
    writeFileSync(password, "words of the repository");
    this.home = await install({
      ...{ homeserver: "http://127.0.0.1:1", bot: { accessToken: "none" } as TestUser },
      operators: [seed("cleo")],
      maintainers: [seed("bo"), seed("cleo")],
      recipes: { small: this.recipe.dir },
      docker: docker.socketPath,
      settings: { backups: { repository: "nightly", image } },
      script,
    });
    await this.done(`backup repo add nightly ${folder} --password-file ${password}`);
    quickKey(folder, password);
    await this.done(`app new small ${app}`);
    await this.done(`app deploy ${app}`);
  }

  /** A version of the app's recipe. */
  publish(version: string, compose: (image: string) => string): void {
    const env = "TYPE=small\nDOMAIN=small.example.com\nSECRET_KEY_VERSION=v1 # length=20\n";
    this.recipe.publish(version, { "compose.yml": compose(this.image), ".env.sample": env });
  }

  /** With the stacks of these apps. */
  async stop(...others: string[]): Promise<void> {
    await this.program?.end("SIGTERM");
    await this.next?.end("SIGKILL");
    for (const app of [this.app, ...others])
      await this.swarm.remove(stackOf(app), { volumes: true, secrets: true });
    this.swarm.close();
    spawnSync("docker", ["image", "rm", "-f", this.image]);
    this.home?.remove();
    remove(this.recipe.dir);
    rmSync(this.data, { recursive: true, force: true });
  }

  /** What a shell in a container of an app says. */
  async sh(words: string, { service = "app", app = this.app } = {}): Promise<string> {
    const { exitCode, output } = await this.swarm.exec(stackOf(app), service, { argv: ["sh", "-c", words] });
    if (exitCode !== 0) throw new Error(`${words}: ${output}`);
    return output.trim();
  }

  /** Says what begins no run. */
  async said(line: string): Promise<void> {
    const { ok, text } = await (await this.living()).say(line, "cleo");
    if (!ok) throw new Error(text);
  }

  /** As `ended`, of a run that must end well. */
  async done(line: string, subject = this.app): Promise<void> {
    const { status, problem } = await this.ended(line, { subject, meanwhile: {} });
    if (status !== "done") throw new Error(`${line}: ${status}, ${problem?.happened ?? ""}`);
  }

  /** Says it, agrees to what is asked, starts the house again whenever it was killed; answers the run that is over. */
  private async ended(
    line: string,
    { subject = this.app, meanwhile = {}, cancelledAt }: KillWish,
  ): Promise<Run> {
    const said = (await (await this.living()).say(line, "cleo")) as { run?: string; text: string };
    const { run: id = "", text } = said;
    if (id === "") throw new Error(text);
    let isToldToStop = cancelledAt === undefined;
    for (;;) {
      const program = await this.living(meanwhile);
      if (!isToldToStop && this.cuts().some((cut) => withoutRun(cut) === cancelledAt))
        // The life that was killed there may not be known to be over yet.
        isToldToStop = await program.say(`cancel ${id}`, "cleo").then(
          ({ ok }) => ok,
          () => false,
        );
      const run = await program.door<Omit<Run, "id">>(`/runs/${id}`).catch(() => undefined);
      if (run !== undefined && run.finishedAt !== null) return { ...run, id };
      const asks = run?.steps.some(({ kind, status }) => kind === "approval" && status === "waiting");
      if (asks === true) await agree(program, id, subject);
      await sleep(50);
    }
  }

  /** The program that answers: the one that lives, or the next one where that was killed. */
  private async living(meanwhile: Record<string, () => void> = {}): Promise<Program> {
    if (this.program !== undefined) {
      const { exitCode, signalCode } = this.program.child;
      if (exitCode !== null) throw new Error(`It ended by itself: ${this.program.log()}`);
      if (signalCode === null) return this.program;
      meanwhile[withoutRun(this.cuts().at(-1) ?? "")]?.();
    }
    const program = (this.program = this.next ?? this.begin());
    program.tell(JSON.stringify(this.cutting ?? {}));
    this.next = this.begin();
    const isOver = (): boolean => program.child.exitCode !== null || program.child.signalCode !== null;
    while (!isOver() && (await program.door("/health").catch(() => null)) === null) await sleep(20);
    return program;
  }

  /** Dozens of lives read the same files: what one has compiled the next one takes. */
  private begin(): Program {
    if (this.home === undefined) throw new Error("there is no house yet");
    return this.home.start({
      listens: true,
      env: { NODE_COMPILE_CACHE: path.join(this.data, "compiled") },
    });
  }

  /** Ends the one that lives. What is asked next starts another. */
  private async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const { program } = this;
    this.program = undefined;
    if (program !== undefined) expect(await program.end(signal)).toBe(signal === "SIGTERM" ? 0 : signal);
  }

  private cuts(): string[] {
    return readFileSync(this.cutsFile, "utf8").trim().split("\n");
  }

  /** Says it, and is killed at every step on the way, but for those that are spared. */
  async killed(line: string, wish: KillWish = {}): Promise<Killed> {
    await this.end("SIGTERM");
    writeFileSync(this.cutsFile, "");
    const { during = [], spared = [] } = wish;
    this.cutting = { file: this.cutsFile, during, spared };
    const startedMs = performance.now();
    const over = new AbortController();
    const met = this.killedWhile(wish.whileRuns ?? [], over.signal);
    const run = await this.ended(line, wish).finally(() => over.abort());
    expect(await met).toEqual(wish.whileRuns ?? []);
    // Whatever comes later must not be killed any more.
    this.cutting = undefined;
    await this.end("SIGKILL");
    const cuts = this.cuts();
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    console.log(`killed ${cuts.length} times in ${seconds} s: ${line.replaceAll(this.docker.prefix, "")}`);
    return this.records((records) => cutsOf(run, cuts, records));
  }

  /** Answers which of these programs it met at work in a container of its app, and was killed for. */
  private async killedWhile(programs: readonly string[], over: AbortSignal): Promise<string[]> {
    const met: string[] = [];
    while (met.length < programs.length && !over.aborted) {
      await sleep(20);
      if (!runs(programs[met.length] ?? "", this.docker.prefix)) continue;
      this.program?.child.kill("SIGKILL");
      met.push(programs[met.length] ?? "");
    }
    return met;
  }

  async rows<T>(query: string, ...values: unknown[]): Promise<T[]> {
    return this.records((records) => records.rows<T>(query, ...values));
  }

  /** The one backup that there is, or that was taken for this cause: it is proven. */
  async proven(cause: "restore" | "upgrade" | null = null): Promise<ProvenBackup> {
    const found = await this.rows<{ id: string; state: string; snapshots: string }>(
      "select id, state, snapshots from backup where cause = coalesce(?, cause)",
      cause,
    );
    expect(found).toMatchObject([{ state: "proven" }]);
    const [{ id, snapshots } = { id: "", snapshots: "[]" }] = found;
    return { id, parts: JSON.parse(snapshots) as ProvenBackup["parts"] };
  }

  /** What the database holds, and that the record of what was done is whole. */
  private async records<T>(read: (records: Records) => T): Promise<T> {
    await this.end("SIGTERM");
    const records = openRecords(this.home?.folder ?? "");
    try {
      records.chain();
      return read(records);
    } finally {
      records.close();
    }
  }

  /** The restic of this machine, as an oracle. */
  restic(...words: string[]): string {
    const known = ["-r", this.folder, "--password-file", this.password, "--no-cache", "--no-lock"];
    return execFileSync("restic", [...known, ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  /** Sorted: restic lists those of one second in any order. */
  snapshots(): string[] {
    const all = JSON.parse(this.restic("snapshots", "--json")) as { id: string }[];
    return all.map(({ id }) => id).toSorted();
  }

  /** Names in the volumes of a snapshot. */
  filesIn(snapshot: string): string[] {
    const files = this.restic("ls", snapshot).split("\n");
    return files.filter((file) => file.includes("/_data/")).map((file) => path.basename(file));
  }

  /** What the engine has of this house, and that nothing is at work in the repository. */
  async expectOnly(belongings: Belongings): Promise<void> {
    expect(this.restic("list", "locks")).toBe("");
    const runs = await this.rows<{ id: string }>("select id from run");
    const ours = [this.docker.prefix, ...runs.map(({ id }) => `drill_${id}`)];
    expect(await belongingsOf(this.docker.docker, this.image, ours)).toEqual(belongings);
  }

  /** How the engine is to run the app: what a backup must leave as it was. */
  async specs(): Promise<unknown[]> {
    const services = await this.docker.docker.listServices();
    return services.map(({ Spec }) => Spec).filter((spec) => spec?.Name?.startsWith(`${this.stack}_`));
  }

  /** The containers in which an app runs. */
  async containers(app = this.app): Promise<string[]> {
    const anatomy = await this.swarm.anatomy(stackOf(app));
    return anatomy.flatMap(({ running }) => running.map(({ container }) => container));
  }
}

export function stackOf(app: string): string {
  return app.replaceAll(".", "_");
}

/** Whether a program of a stack is at work: processes in containers are processes of this machine. */
function runs(program: string, stack: string): boolean {
  const of = (pid: string, what: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${what}`, "utf8").trim();
    } catch {
      return "";
    }
  };
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.some((pid) => of(pid, "comm") === program && of(pid, "environ").includes(stack));
}

/** `after take` of `after bakor take`. */
function withoutRun(cut: string): string {
  return cut.replace(/ \w+/, "");
}

/** The subject is typed where the question is grave. A process that is killed meanwhile is asked again. */
async function agree(program: Program, id: string, subject: string): Promise<void> {
  const say = (words: string) => program.say(words, "bo").catch(() => ({ ok: true, text: "" }));
  const { ok } = await say(`approve ${id}`);
  if (!ok) await say(`approve ${id} ${subject}`);
}
