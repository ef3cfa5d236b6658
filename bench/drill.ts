/**
 * A drill of a PostgreSQL app whose dump has 100 MB: throw-away volumes and stack, replay, health, comparison, and all
 * removed again. `TANDEM_BENCH_MB=5` measures a smaller one, which says whether it works and not how fast.
 */
import { AppDomain } from "../src/core/terms.ts";
import deploy from "../workflows/deploy.ts";
import drill from "../workflows/drill.ts";
import register from "../workflows/register.ts";
import { useDocker } from "../test/real/docker/index.ts";
import { haveSshd } from "../test/real/ssh/sshd.ts";
import { justBackup, openRestoreHouse, others } from "../test/real/restoring/house.ts";
import { tell } from "../test/workflows/telling.ts";
import { median, tableText } from "./table.ts";

const mb = Number(process.env["TANDEM_BENCH_MB"] ?? 100);
const rounds = 3;
const budgetSeconds = 15;

const docker = haveSshd() ? await useDocker({ images: false }) : undefined;
if (docker === undefined) throw new Error("a drill is measured on a real engine, beside a real sshd");
const house = await openRestoreHouse(docker, { isSlow: true });
const app = AppDomain.parse(`${docker.stackName("drill")}.example.coop`);
const seconds: number[] = [];
try {
  await tell(house.house, register, { recipe: "pg", domain: app, server: "local" });
  await tell(house.house, deploy, { app });
  await house.sql(app, "create table blobs (id int primary key, words text)");
  // A row is 32 letters for each of its hashes: random, as data that compresses badly.
  const hashes = "select string_agg(md5(random()::text || n || k), '') from generate_series(1, 320) k";
  const insert = `insert into blobs select n, (${hashes})`;
  await house.sql(app, `${insert} from generate_series(1, ${mb * 100}) n`);
  const took = await tell(house.house, justBackup, { app }, () => true, { others });
  if (took.problem !== null) throw new Error(took.text);
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now();
    const told = await tell(house.house, drill, { app }, () => true, { others });
    if (told.problem !== null) throw new Error(told.text);
    seconds.push((performance.now() - startedMs) / 1000);
  }
  const size = house.backups.list(app)[0]?.bytes ?? 0;
  const middle = median(seconds);
  const row = {
    measure: `drill of a database app, ${(size / 1e6).toFixed(0)} MB`,
    ours: seconds.map((one) => `${one.toFixed(1)} s`).join(", "),
    ...{ peer: "", ratio: "", budget: `${budgetSeconds} s`, ok: middle <= budgetSeconds },
  };
  process.stdout.write(`${tableText({ title: "drill", rows: [row] })}\n`);
} finally {
  await house.stop([app]);
  await docker.stop();
}
process.exitCode = median(seconds) <= budgetSeconds ? 0 : 1;
