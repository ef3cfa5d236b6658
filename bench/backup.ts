/**
 * What Tandem adds to a backup: the whole of `app backup` (its workflow, helper, proof) beside the bare restic of this
 * machine on the same tree. `TANDEM_BENCH_MB=64` measures a smaller tree, which says whether it works and not how fast.
 */
import { execFileSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AppDomain } from "../src/core/terms.ts";
import { openBackupHouse, type BackupHouse } from "../test/real/backups/house.ts";
import { useDocker } from "../test/real/docker/index.ts";
import { median, tableText, type BenchRow } from "./table.ts";

const wholeMb = 1024;
const mb = Number(process.env["TANDEM_BENCH_MB"] ?? wholeMb);
const files = Math.round((36_000 * mb) / wholeMb);
const rounds = 3;
const firstBudget = 1.1;
const againBudget = 1.5;
const againMs = 1000;

/** Files of mixed sizes that add up to about the whole; half of each is as text is, half as pictures are. */
function fill(root: string): void {
  const mean = (mb * 1024 * 1024) / files;
  const random = Buffer.alloc(1024 * 1024);
  for (let n = 0; n < files; n++) {
    const folder = path.join(root, `d${n % 200}`);
    if (n < 200) mkdirSync(folder, { recursive: true });
    // From a tenth of the mean to nineteen tenths of it.
    const size = Math.round(mean * (0.1 + (1.8 * (n % 100)) / 99));
    const half = Math.floor(size / 2);
    randomFillSync(random, 0, half);
    const bytes = Buffer.concat([random.subarray(0, half), Buffer.alloc(size - half, `line ${n}\n`)]);
    writeFileSync(path.join(folder, `f${n}`), bytes);
  }
}

interface Times {
  first: number[];
  again: number[];
}

async function timed(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

async function measure(
  house: BackupHouse,
  app: AppDomain,
  root: string,
): Promise<{ ours: Times; bare: Times }> {
  const ours: Times = { first: [], again: [] };
  const bare: Times = { first: [], again: [] };
  for (let round = 0; round < rounds; round++) {
    const folder = path.join(house.data, `bare-${round}`);
    const restic = (...words: string[]): string =>
      execFileSync("restic", ["-r", folder, "--password-file", house.password, "--no-cache", ...words], {
        encoding: "utf8",
      });
    restic("init");
    const name = `ours-${round}`;
    house.addRepository(name, { location: path.join(house.data, name) });
    await house.backups.openRepository(house.backups.repository(name), "bench", true);
    house.policy(app, name);
    const take = async (): Promise<void> => {
      const told = await house.take(app);
      if (told.status !== "done") throw new Error(told.text);
    };
    const save = (): string => restic("backup", "--json", root);
    // In turn, so that neither always has what the other has left in the cache.
    const both = [
      async (into: keyof Times) => void ours[into].push(await timed(take)),
      async (into: keyof Times) => void bare[into].push(await timed(save)),
    ];
    const order = round % 2 === 0 ? both : both.toReversed();
    for (const one of order) await one("first");
    for (const one of order) await one("again");
  }
  return { ours, bare };
}

function row(measured: string, ours: number, bare: number, most: number, budget: string): BenchRow {
  const ratio = ours / bare;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  return {
    measure: measured,
    ours: seconds(ours),
    peer: seconds(bare),
    ratio: ratio.toFixed(2),
    budget,
    ok: mb === wholeMb ? ours <= most : null,
  };
}

const docker = await useDocker({ images: false });
if (docker === undefined) throw new Error("there is no engine to measure on");
const house = await openBackupHouse(docker);
try {
  const app = await house.deploy("bench", {
    labels: ["backupbot.backup=true", "backupbot.backup.volumes.cache=false"],
  });
  const volume = docker.docker.getVolume(`${house.stackOf(app)}_data`);
  const { Mountpoint: root } = await volume.inspect();
  fill(root);
  const count = readdirSync(root, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  ).length;
  const { ours, bare } = await measure(house, app, root);
  const [ourFirst, bareFirst] = [median(ours.first), median(bare.first)];
  const [ourAgain, bareAgain] = [median(ours.again), median(bare.again)];
  const rows = [
    row("first", ourFirst, bareFirst, bareFirst * firstBudget, `<= ${firstBudget}`),
    row("unchanged", ourAgain, bareAgain, bareAgain * againBudget + againMs, `<= ${againBudget} + 1 s`),
  ];
  const title = `app backup beside bare restic, ${mb} MiB in ${count} files, median of ${rounds}`;
  process.stdout.write(`${tableText({ title, rows })}\n`);
  process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
} finally {
  await house.stop();
  await docker.stop();
}
