/**
 * The house killed with SIGKILL in the middle of each step of a backup, a restore and a drill and after each effect, on
 * a real engine with the real restic: each run ends as it should, and nothing of the killed ones stays.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { bySocket, openSwarm, type Swarm } from "../../src/swarm/index.ts";
import { remove, repository, temporaryFolder } from "../recipes/repository.ts";
import { quickKey } from "./backups/quick-key.ts";
import { haveProgram, restic as resticProgram } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { imageOfPrograms } from "./docker/programs.ts";
import type { CutWish } from "./house/cut-child.ts";
import { install, type Installation, type Program } from "./house/program.ts";
import { openRecords } from "./house/records.ts";
import type { TestUser } from "./synapse/index.ts";

const docker = haveProgram(resticProgram) ? await useDocker({ images: false }) : undefined;
const script = path.join(import.meta.dirname, "house/cut-child.ts");
const seed = (name: string) => ({ name, matrixId: `@${name}:coop.test` });

interface Run {
  status: string;
  problem: { code: string } | null;
  finishedAt: number | null;
  steps: { key: string; kind: string; status: string }[];
}

/** Its hooks: a dump beside the data while it is backed up, a mark where it was brought back. `refuse` fails the first. */
const compose = (image: string): string => `version: "3.8"
services:
  app:
    image: ${image}
    command: ["/bin/sh", "-c", "exec sleep 100000"]
    stop_grace_period: 1s
    volumes: [data:/data]
    secrets: [key]
    deploy:
      endpoint_mode: dnsrr
      restart_policy: { delay: 1s, max_attempts: 1 }
      labels:
        backupbot.backup: "true"
        backupbot.backup.pre-hook: test ! -e /data/refuse && cp /data/words /data/dump
        backupbot.backup.post-hook: rm -f /data/dump
        backupbot.restore.post-hook: cp /data/dump /data/replayed
        coop-cloud.\${STACK_NAME}.version: 1.0.0+1.0.0
volumes: { data: {} }
secrets:
  key: { external: true, name: "\${STACK_NAME}_key_\${SECRET_KEY_VERSION}" }
`;

describe.skipIf(docker === undefined)("killed at every step", { timeout: 600_000 }, () => {
  if (docker === undefined) return;
  const image = `tandem.test/${docker.prefix}restic:0.14`;
  const app = `${docker.stackName("kill")}.example.coop`;
  const stack = app.replaceAll(".", "_");
  const recipe = repository();
  const data = temporaryFolder();
  const folder = path.join(data, "repository");
  const password = path.join(data, "password");
  const cutsFile = path.join(data, "cuts");
  let swarm: Swarm;
  let home: Installation;
  let program: Program;
  /** Has read everything and waits for its word, so that a life begins at once when another ends. */
  let next: Program | undefined;
  const free: CutWish = { file: cutsFile, during: [], spared: [] };
  let cutting: CutWish | undefined;

  beforeAll(async () => {
    await imageOfPrograms(docker.docker, image, ["/usr/bin/restic"]);
    const env = "TYPE=small\nDOMAIN=small.example.com\nSECRET_KEY_VERSION=v1 # length=20\n";
    recipe.publish("1.0.0+1.0.0", { "compose.yml": compose(image), ".env.sample": env });
    mkdirSync(folder);
    writeFileSync(password, "words of the repository");
    swarm = openSwarm({ way: bySocket(docker.socketPath), clock: systemClock });
    home = await install({
      ...{ homeserver: "http://127.0.0.1:1", bot: { accessToken: "none" } as TestUser },
      operators: [seed("cleo")],
      maintainers: [seed("bo"), seed("cleo")],
      recipes: { small: recipe.dir },
      docker: docker.socketPath,
      settings: { backups: { repository: "nightly", image } },
      script,
    });
    await again();
    await ended(`backup repo add nightly ${folder} --password-file ${password}`);
    quickKey(folder, password);
    await ended(`app new small ${app}`);
    await ended(`app deploy ${app}`);
    await sh("echo old > /data/words; echo 1 > /data/old");
  }, 180_000);
  afterAll(async () => {
    await program.end("SIGTERM");
    await next?.end("SIGKILL");
    await swarm.remove(stack, { volumes: true, secrets: true });
    swarm.close();
    spawnSync("docker", ["image", "rm", "-f", image]);
    home.remove();
    remove(recipe.dir);
    rmSync(data, { recursive: true, force: true });
    await docker.stop();
  }, 60_000);

  async function sh(words: string): Promise<string> {
    const { exitCode, output } = await swarm.exec(stack, "app", { argv: ["sh", "-c", words] });
    if (exitCode !== 0) throw new Error(`${words}: ${output}`);
    return output.trim();
  }

  /** Says it, agrees to what is asked, starts the house again whenever it was killed; answers the run that is over. */
  async function ended(line: string): Promise<Run & { id: string }> {
    const { run: id = "", text } = (await program.say(line, "cleo")) as { run?: string; text: string };
    if (id === "") throw new Error(text);
    for (;;) {
      if (program.child.signalCode === "SIGKILL") await again();
      const run = await program.door<Run>(`/runs/${id}`).catch(() => undefined);
      if (run !== undefined && run.finishedAt !== null) return { ...run, id };
      const asks = run?.steps.some(({ kind, status }) => kind === "approval" && status === "waiting");
      if (asks === true) await agree(id);
      await sleep(50);
    }
  }

  /** The subject is typed where the question is grave. A process that is killed meanwhile is asked again. */
  async function agree(id: string): Promise<void> {
    const say = (words: string) => program.say(words, "bo").catch(() => ({ ok: true, text: "" }));
    const { ok } = await say(`approve ${id}`);
    if (!ok) await say(`approve ${id} ${app}`);
  }

  /** Dozens of lives read the same files: what one has compiled the next one takes. */
  const begin = (): Program =>
    home.start({ listens: true, env: { NODE_COMPILE_CACHE: path.join(data, "compiled") } });

  /** Where nothing is `cutting`, it lives on. Resolves when it answers, or was killed before it could. */
  async function again(): Promise<void> {
    program = next ?? begin();
    program.tell(JSON.stringify(cutting ?? {}));
    next = begin();
    const isOver = (): boolean => program.child.exitCode !== null || program.child.signalCode !== null;
    while (!isOver() && (await program.door("/health").catch(() => null)) === null) await sleep(20);
  }

  /** As `ended`, killed at every step on the way. Answers the steps at which it was. */
  async function killed(line: string, wish: Partial<CutWish>): Promise<Run & { id: string; cuts: string[] }> {
    expect(await program.end("SIGTERM")).toBe(0);
    rmSync(cutsFile, { force: true });
    cutting = { ...free, ...wish };
    await again();
    const startedMs = performance.now();
    const run = await ended(line);
    const cuts = readFileSync(cutsFile, "utf8").trim().split("\n");
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    console.log(`killed ${cuts.length} times in ${seconds} s: ${line.replace(app, "<app>")}`);
    // Whatever comes later must not be killed any more.
    cutting = undefined;
    await program.end("SIGKILL");
    await again();
    return { ...run, cuts };
  }

  const restic = (...words: string[]): string =>
    execFileSync("restic", ["-r", folder, "--password-file", password, "--no-cache", ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  const snapshots = (): string[] =>
    (JSON.parse(restic("--no-lock", "snapshots", "--json")) as { id: string }[]).map(({ id }) => id);
  const has = (id: string): string[] => restic("--no-lock", "ls", id).split("\n");

  /** What nobody may find afterwards; and that the app runs. */
  async function expectNothingLeft(): Promise<void> {
    const { docker: engine } = docker as NonNullable<typeof docker>;
    const helpers = (await engine.listContainers({ all: true })).filter(({ Image }) => Image === image);
    const ofApp = helpers.filter(({ Labels }) => Labels["com.docker.stack.namespace"] === stack);
    expect(helpers.filter((one) => !ofApp.includes(one))).toEqual([]);
    expect(ofApp.filter(({ State }) => State === "running")).toHaveLength(1);
    expect(restic("--no-lock", "list", "locks")).toBe("");
    const { Volumes } = await engine.listVolumes();
    const names = [
      ...Volumes.map(({ Name }) => Name),
      ...(await engine.listNetworks()).map(({ Name }) => Name),
      ...(await engine.listServices()).map(({ Spec }) => Spec?.Name ?? ""),
      ...(await swarm.secretNames()),
    ];
    expect(names.filter((name) => name.startsWith("drill_"))).toEqual([]);
    expect(await swarm.services(stack)).toMatchObject([{ service: "app", running: 1, wanted: 1 }]);
  }

  /** Each step of these stories was cut after its effect, but for those that only ask or wait. */
  function expectCutEverywhere({ id, steps, cuts }: Awaited<ReturnType<typeof killed>>): void {
    const own = steps.filter(({ kind }) => kind === "step").map(({ key }) => key);
    for (const key of own) expect(cuts).toContain(`after ${id} ${key}`);
  }

  async function rows<T>(query: string): Promise<T[]> {
    expect(await program.end("SIGTERM")).toBe(0);
    const records = openRecords(home.folder);
    const found = records.rows<T>(query);
    records.chain();
    records.close();
    await again();
    return found;
  }

  let taken = "";

  it("a backup is taken once, its hooks have run, and its app was not touched", async () => {
    const run = await killed(`app backup ${app}`, { during: ["take"] });
    expect(run.status).toBe("done");
    expect(run.cuts.filter((one) => one.startsWith("after"))).toEqual(
      ["plan", "begin", "hooks before", "take", "hooks after", "prove"].map(
        (step) => expect.stringMatching(new RegExp(`^after [a-z]{5} ${step}$`)) as string,
      ),
    );
    expect(run.cuts.some((one) => / take$/.test(one) && one.startsWith("during"))).toBe(true);
    await expectNothingLeft();
    const found = await rows<{ id: string; state: string; snapshots: string }>("select * from backup");
    expect(found).toMatchObject([{ state: "proven" }]);
    taken = found[0]?.id ?? "";
    const parts = JSON.parse(found[0]?.snapshots ?? "[]") as { id: string }[];
    expect(parts.map(({ id }) => id)).toEqual(snapshots());
    const files = has(parts[0]?.id ?? "").filter((file) => file.includes("/_data/"));
    expect(files.map((file) => path.basename(file)).toSorted()).toEqual(["dump", "old", "words"]);
    expect(await sh("cd /data; cat words; ls")).toBe("old\nold\nwords");
  });

  it("one whose hook fails leaves nothing in the repository", async () => {
    const before = snapshots();
    await sh("touch /data/refuse");
    const run = await killed(`app backup ${app}`, {});
    expect([run.status, run.problem?.code]).toEqual(["failed", "hook-failed"]);
    expect(run.cuts.some((one) => one.includes("undo"))).toBe(true);
    await expectNothingLeft();
    expect(snapshots()).toEqual(before);
    expect(await rows("select state from backup order by started_at")).toEqual([
      { state: "proven" },
      { state: "failed" },
    ]);
    await sh("rm /data/refuse");
  });

  it("a restore brings the data of the backup, and the present is kept", async () => {
    await sh("echo new > /data/words; rm /data/old; echo 1 > /data/new");
    const run = await killed(`app restore ${app} ${taken}`, {
      // The backup of the present is a backup like any other.
      spared: ["begin", "hooks before", "take", "hooks after", "prove"],
      during: ["fill the volumes", "replay"],
    });
    expect(run.status).toBe("done");
    expectCutEverywhere(run);
    expect(run.cuts.some((one) => /during [a-z]{5} fill the volumes/.test(one))).toBe(true);
    await expectNothingLeft();
    expect(await sh("cd /data; cat words replayed; ls")).toBe("old\nold\ndump\nold\nreplayed\nwords");
    const kept = await rows<{ state: string; cause: string; snapshots: string }>(
      "select * from backup where cause = 'restore'",
    );
    expect(kept).toMatchObject([{ state: "proven" }]);
    const part = (JSON.parse(kept[0]?.snapshots ?? "[]") as { id: string }[])[0]?.id ?? "";
    expect(has(part).some((file) => file.endsWith("/_data/new"))).toBe(true);
    expect(snapshots()).toHaveLength(2);
  });

  it("a drill passes, and nothing of it stays", async () => {
    const container = async (): Promise<string | undefined> =>
      (await swarm.anatomy(stack))[0]?.running[0]?.container;
    const before = await container();
    const run = await killed(`backup drill ${app} ${taken}`, {
      during: ["fill its volumes and secrets", "deploy it", "remove everything"],
    });
    expect(run.status).toBe("done");
    expectCutEverywhere(run);
    expect(run.cuts.filter((one) => /^after [a-z]{5} (fill|deploy|replay|remove)/.test(one))).toHaveLength(4);
    await expectNothingLeft();
    expect(await container()).toBe(before);
    expect(await rows("select outcome, backup from backup_drill")).toEqual([
      { outcome: "passed", backup: taken },
    ]);
  });
});
