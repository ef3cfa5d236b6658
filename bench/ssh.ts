/**
 * Calls a second to the Docker API over SSH (one at a time, and 8 at once), beside the socket of this machine and
 * the docker CLI over `ssh://`, in one run. The call is the list of secrets; sshd is a real one on loopback.
 */
import { systemClock } from "../src/core/clock.ts";
import { bySocket, bySsh, openSwarm, type Swarm } from "../src/swarm/index.ts";
import { useDocker } from "../test/real/docker/index.ts";
import { haveSshd, startSshd, type TestSshd } from "../test/real/ssh/sshd.ts";
import { cliOver } from "./ssh/cli.ts";
import { median, tableText, type BenchRow } from "./table.ts";

const calls = 800;
/** The median of these counts. */
const rounds = 5;
const cliCalls = 5;
const serialBudget = 800;
const parallelBudget = 1_500;

async function usualRate(swarm: Swarm, atOnce: number): Promise<number> {
  const rates: number[] = [];
  for (let n = 0; n < rounds; n++) rates.push(await rate(swarm, atOnce));
  return median(rates);
}

async function rate(swarm: Swarm, atOnce: number): Promise<number> {
  const each = Math.floor(calls / atOnce);
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let i = 0; i < each; i++) await swarm.secretNames();
    }),
  );
  return (each * atOnce) / ((performance.now() - startedMs) / 1000);
}

function cliRate(sshd: TestSshd, socket: string): number {
  const startedMs = performance.now();
  for (let i = 0; i < cliCalls; i++) cliOver(sshd, socket, ["secret", "ls", "-q"]);
  return cliCalls / ((performance.now() - startedMs) / 1000);
}

function row(measure: string, ours: number, peer: number, budget: number | null): BenchRow {
  return {
    measure,
    ours: `${ours.toFixed(0)}/s`,
    peer: `${peer.toFixed(1)}/s`,
    ratio: `${(ours / peer).toFixed(2)} x`,
    budget: budget === null ? "" : `>= ${budget}/s`,
    ok: budget === null ? null : ours >= budget,
  };
}

const docker = haveSshd() ? await useDocker({ images: false }) : undefined;
if (docker === undefined) throw new Error("there is no Docker Engine or no sshd to measure");
const sshd = await startSshd();
const { port, user, keyFile, hostKey } = sshd;
const address = { host: "127.0.0.1", port, user, keyFile, hostKey, socket: docker.socketPath };
const over = openSwarm({ way: bySsh(address, { clock: systemClock }), clock: systemClock });
const here = openSwarm({ way: bySocket(docker.socketPath), clock: systemClock });
try {
  await Promise.all([over.check(), here.check()]);
  await rate(over, 8);
  await rate(here, 8);
  const serial = [await usualRate(over, 1), await usualRate(here, 1)] as const;
  const parallel = [await usualRate(over, 8), await usualRate(here, 8)] as const;
  const cli = cliRate(sshd, docker.socketPath);
  const rows = [
    row("one at a time, beside the docker CLI over ssh://", serial[0], cli, serialBudget),
    row("one at a time, beside the socket here", serial[0], serial[1], null),
    row("8 at once, beside the docker CLI over ssh://", parallel[0], cli, parallelBudget),
    row("8 at once, beside the socket here", parallel[0], parallel[1], null),
  ];
  process.stdout.write(`${tableText({ title: "Docker API over SSH, calls a second", rows })}\n`);
  process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
} finally {
  over.close();
  here.close();
  await sshd.stop();
  await docker.stop();
}
