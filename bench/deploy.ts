/**
 * How long until it is known that a deploy has failed, beside `docker stack deploy --detach=false`, and what a deploy
 * costs that changes nothing. The CLI is stopped after 25 s without a verdict.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Problem } from "../src/core/problem.ts";
import { freePort, useDocker, type TestDocker } from "../test/real/docker/index.ts";
import { fixtures, openStacks, type Stacks } from "../test/real/docker/stacks.ts";
import { median, tableText, type BenchRow, type BenchTable } from "./table.ts";

const cliPatienceSeconds = 25;
const staticBudgetSeconds = 1;
const noopBudgetSeconds = 0.2;
const noopRounds = 10;

interface Case {
  fixture: string;
  /** The code of the right verdict. */
  code: string;
  /** Visible before the first write: then the answer has to come within a second. */
  isStatic?: boolean;
  /** Deployed first, and good. */
  first?: string;
  /** Its recipe's own limit, where healthchecks alone would wait for minutes. */
  timeoutSeconds?: number;
}

const cases: Case[] = [
  { fixture: "bad-image", code: "image-not-found", isStatic: true },
  { fixture: "bad-image-attempts", code: "image-not-found", isStatic: true },
  { fixture: "no-node", code: "no-node", isStatic: true },
  { fixture: "no-room", code: "no-resources", isStatic: true },
  { fixture: "host-port", code: "port-taken", isStatic: true },
  { fixture: "ingress-port", code: "port-taken", isStatic: true },
  { fixture: "no-secret", code: "secret-missing", isStatic: true },
  { fixture: "no-program", code: "cannot-exec" },
  { fixture: "no-folder", code: "bad-mount" },
  { fixture: "crash", code: "crash-loop" },
  { fixture: "crash-attempts", code: "crash-loop" },
  { fixture: "slow-crash", code: "crash-loop" },
  { fixture: "unhealthy", code: "unhealthy" },
  { fixture: "update-bad", code: "rolled-back", first: "update" },
  { fixture: "update-unhealthy", code: "rolled-back", first: "update" },
  { fixture: "never-ready", code: "not-ready", timeoutSeconds: 20 },
  { fixture: "port-of-process", code: "port-in-use" },
  { fixture: "update-no-image", code: "image-not-found", first: "update", isStatic: true },
];

interface Took {
  /** The code of the verdict, `converged`, or undefined: no verdict. */
  code: string | undefined;
  seconds: number;
}

/** Measures; about two minutes. Rejects when no engine can be had. */
export async function benchDeploy(): Promise<BenchTable> {
  const docker = await useDocker();
  if (docker === undefined) throw new Error("there is no Docker Engine to measure");
  const stacks = openStacks(docker);
  const listener = net.createServer();
  try {
    const processPort = await new Promise<number>((done) => {
      listener.listen(0, "0.0.0.0", () => done((listener.address() as net.AddressInfo).port));
    });
    const ports = { "host-port": await freePort(), "ingress-port": await freePort() };
    for (const [fixture, port] of Object.entries(ports)) {
      const plan = await stacks.plan(stacks.fresh(`held-${fixture}`), fixture, {
        env: { PORT: String(port) },
      });
      await stacks.swarm.apply(plan);
    }
    const held: Record<string, number> = { ...ports, "port-of-process": processPort };
    const envOf = ({ fixture }: Case): Record<string, string> => ({
      PLANTED: "",
      ...(held[fixture] === undefined ? {} : { PORT: String(held[fixture]) }),
    });
    const cli = findCli();
    const rows: BenchRow[] = [await noop(docker, stacks, cli)];
    // One after the other where milliseconds count; side by side where both mostly wait.
    const early: [Case, Took][] = [];
    for (const one of cases.filter((each) => each.isStatic === true)) {
      early.push([one, await ours(stacks, one, envOf(one))]);
    }
    const late = cases.filter((each) => each.isStatic !== true);
    const slow = await Promise.all(
      late.map(async (one): Promise<[Case, Took]> => [one, await ours(stacks, one, envOf(one))]),
    );
    const peers =
      cli === undefined
        ? []
        : await Promise.all(cases.map((one) => byCli(cli, docker, stacks, one, envOf(one))));
    for (const [one, took] of [...early, ...slow]) rows.push(rowOf(one, took, peers[cases.indexOf(one)]));
    const notes = cli === undefined ? ["the docker CLI: none with --detach is installed"] : [];
    rows.push(rightOf([...early, ...slow], peers));
    return { title: "Time until a failing deploy is known to fail", rows, notes };
  } finally {
    listener.close();
    await stacks.stop();
    await docker.stop();
  }
}

async function ours(stacks: Stacks, one: Case, env: Record<string, string>): Promise<Took> {
  const { fixture, first, timeoutSeconds } = one;
  const stack = stacks.fresh(`ours-${fixture}`);
  if (first !== undefined) await stacks.deploy(stack, first, { env: { ...env, TAG: "1.0.0" } });
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  try {
    const [file, tag] = fileAndTag(fixture);
    const limit = timeoutSeconds === undefined ? {} : { timeoutSeconds };
    const verdict = await stacks.deploy(stack, file, { env: { ...env, TAG: tag }, ...limit });
    return { code: verdict.code ?? verdict.outcome, seconds: seconds() };
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return { code: thrown.code, seconds: seconds() };
  }
}

/** The same fixture in a stack of its own, by `docker stack deploy --detach=false`. */
async function byCli(
  cli: string,
  docker: TestDocker,
  stacks: Stacks,
  { fixture, first }: Case,
  env: Record<string, string>,
): Promise<Took> {
  const stack = stacks.fresh(`cli-${fixture}`);
  if (first !== undefined) await stacks.deploy(stack, first, { env: { ...env, TAG: "1.0.0" } });
  const [file, tag] = fileAndTag(fixture);
  return await runCli(cli, docker, stack, file, { ...env, TAG: tag });
}

function runCli(
  cli: string,
  docker: TestDocker,
  stack: string,
  file: string,
  env: Record<string, string>,
): Promise<Took> {
  const startedMs = performance.now();
  const args = ["stack", "deploy", "--detach=false", "-c", path.join(fixtures, `${file}.yml`), stack];
  const child = spawn(cli, args, {
    stdio: "ignore",
    timeout: cliPatienceSeconds * 1000,
    // On a gentler signal it ends with 0, as if all were well.
    killSignal: "SIGKILL",
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: tmpdir(),
      DOCKER_HOST: `unix://${docker.socketPath}`,
      IMAGE: docker.image,
      STACK: stack,
      ...env,
    },
  });
  return new Promise((done) => {
    child.once("exit", (status) => {
      const seconds = (performance.now() - startedMs) / 1000;
      done({ code: status === null ? undefined : status === 0 ? "converged" : `exit ${status}`, seconds });
    });
  });
}

function fileAndTag(fixture: string): [string, string] {
  const others: Record<string, [string, string]> = {
    "update-bad": ["update", "crash"],
    "update-no-image": ["update", "2.9.9"],
    "port-of-process": ["host-port", "1.0.1"],
  };
  return others[fixture] ?? [fixture, "1.0.1"];
}

function rowOf(one: Case, took: Took, peer: Took | undefined): BenchRow {
  const isRight = took.code === one.code;
  const inTime = one.isStatic !== true || took.seconds <= staticBudgetSeconds;
  return {
    measure: one.fixture.replaceAll("-", " "),
    ours: `${took.seconds.toFixed(2)} s, ${isRight ? one.code : `wrong: ${took.code ?? "no verdict"}`}`,
    peer: peer === undefined ? "not measured" : peerWords(peer),
    ratio: peer === undefined || isWrong(peer) ? "–" : `${(took.seconds / peer.seconds).toFixed(2)} ×`,
    budget: one.isStatic === true ? `right, ≤ ${staticBudgetSeconds} s` : "right",
    ok: isRight && inTime,
  };
}

/** How many verdicts are right, ours and the CLI's: it is right when it ends with another code than 0. */
function rightOf(own: [Case, Took][], peers: Took[]): BenchRow {
  const right = own.filter(([one, took]) => took.code === one.code).length;
  const theirs = peers.filter((took) => !isWrong(took)).length;
  const never = peers.filter((took) => took.code === undefined).length;
  return {
    measure: `right of ${cases.length}`,
    ours: String(right),
    peer: peers.length === 0 ? "not measured" : `${theirs} (${never} without a verdict)`,
    ratio: "–",
    budget: "all",
    ok: right === cases.length,
  };
}

/** These fixtures all fail: to end with 0, or not at all, is wrong. */
function isWrong(peer: Took): boolean {
  return peer.code === undefined || peer.code === "converged";
}

function peerWords({ code, seconds }: Took): string {
  if (code === undefined) return `no verdict in ${cliPatienceSeconds} s`;
  return code === "converged" ? `${seconds.toFixed(2)} s, wrong: exit 0` : `${seconds.toFixed(2)} s, ${code}`;
}

async function noop(docker: TestDocker, stacks: Stacks, cli: string | undefined): Promise<BenchRow> {
  const stack = stacks.fresh("noop");
  await stacks.deploy(stack, "healthy");
  const seconds: number[] = [];
  for (let round = 0; round < noopRounds; round++) {
    const startedMs = performance.now();
    await stacks.deploy(stack, "healthy");
    seconds.push((performance.now() - startedMs) / 1000);
  }
  const took = median(seconds);
  const peer = cli === undefined ? undefined : await runCli(cli, docker, stack, "healthy", {});
  return {
    measure: "nothing to change (median of 10)",
    ours: `${took.toFixed(3)} s`,
    peer: peer === undefined ? "not measured" : `${peer.seconds.toFixed(2)} s`,
    ratio: peer === undefined ? "–" : `${(took / peer.seconds).toFixed(3)} ×`,
    budget: `≤ ${noopBudgetSeconds} s`,
    ok: took <= noopBudgetSeconds,
  };
}

/** A docker CLI whose `stack deploy` knows --detach (26 and later). */
function findCli(): string | undefined {
  return ["/usr/local/bin/docker", "/usr/bin/docker"].find((file) => {
    if (!existsSync(file)) return false;
    const help = execFileSync(file, ["stack", "deploy", "--help"], { encoding: "utf8", stdio: "pipe" });
    return help.includes("--detach");
  });
}

if (import.meta.main) {
  const table = await benchDeploy();
  console.log(tableText(table));
  if (table.rows.some((row) => row.ok === false)) process.exitCode = 1;
}
