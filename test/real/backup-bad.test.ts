/**
 * Everything that goes wrong while a backup is taken, on a real engine with the real restic: each is said in words, the
 * app runs on, no helper and no snapshot is left, and the earlier backups stay. Among it are the silent failures that
 * are seen in the field: a hook on a stopped container, a dump that is cut off, an empty path.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHook } from "../../src/backups/hooks.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { Problem } from "../../src/core/problem.ts";
import type { AppDomain } from "../../src/core/terms.ts";
import { databaseFolder, openBackupHouse, type BackupHouse } from "./backups/house.ts";
import { useDocker } from "./docker/index.ts";
import { imageOfPrograms } from "./docker/programs.ts";
import { haveProgram, restic } from "./debian-program.ts";

const docker = haveProgram(restic) ? await useDocker({ images: false }) : undefined;

const whole = "-- PostgreSQL database dump\\nselect 1;\\n-- PostgreSQL database dump complete\\n";
const cut = "-- PostgreSQL database dump\\nselect 1;\\n";

/** In place of the real one: what it prints and how it ends is said in files of its volume. */
const fakeDump = `#!/bin/sh\ncat ${databaseFolder}/dump\nexit $(cat ${databaseFolder}/code)\n`;

describe.skipIf(docker === undefined)("a backup that goes wrong", { timeout: 120_000 }, () => {
  if (docker === undefined) return;
  let house: BackupHouse;
  let app: AppDomain;
  const database = `tandem.test/${docker.prefix}pg/postgres:15`;

  beforeAll(async () => {
    house = await openBackupHouse(docker);
    await imageOfPrograms(docker.docker, database, [], {
      files: [{ path: "bin/pg_dumpall", bytes: Buffer.from(fakeDump), mode: 0o755 }],
    });
    house.makeRepository();
    app = await house.deploy("bad", {
      labels: [
        "backupbot.backup=true",
        "backupbot.backup.volumes.cache=false",
        "backupbot.backup.volumes.data.path=backup.sql",
        "backupbot.backup.pre-hook=sh /cache/pre",
        "backupbot.backup.post-hook=echo ran >> /cache/posts; sh /cache/post",
      ],
    });
    await house.sh(app, `echo true > /cache/post`);
    await pre(`printf '${whole}' > /data/backup.sql`);
    expect((await house.take(app)).status).toBe("done");
  }, 120_000);
  afterAll(async () => {
    await house.stop();
    await docker.docker.getImage(database).remove({ force: true });
    await docker.stop();
  }, 240_000);

  const pre = (script: string): Promise<string> =>
    house.sh(app, `: > /cache/posts; cat > /cache/pre <<'EOF'\n${script}\nEOF`);
  const snapshots = (of = app): string[] =>
    (
      (JSON.parse(house.restic("snapshots", "--json", "--tag", `app=${of}`)) as { id: string }[] | null) ?? []
    ).map(({ id }) => id);
  /** Takes one that fails, and sees that it has left nothing. */
  async function failing(code: string, of = app): Promise<string> {
    const before = snapshots(of);
    const told = await house.take(of);
    expect(told.problem?.code, told.text).toBe(code);
    const [row] = house.backups.list(of);
    expect(row).toMatchObject({ state: "failed", reason: told.problem?.happened });
    expect(snapshots(of).sort()).toEqual(before.sort());
    expect(await house.helpers()).toEqual([]);
    expect(
      (await house.swarm.services(house.stackOf(of))).every(({ running, wanted }) => running === wanted),
    ).toBe(true);
    return told.problem?.happened ?? "";
  }

  it("because a hook exits 1: the hooks after it run all the same", async () => {
    await pre("echo cannot reach the database >&2; exit 1");
    expect(await failing("hook-failed")).toContain("cannot reach the database");
    expect(await house.sh(app, "cat /cache/posts")).toBe("ran\n");
  });

  it("because the hook after it exits 1: it is run once", async () => {
    await pre(`printf '${whole}' > /data/backup.sql`);
    await house.sh(app, "echo exit 4 > /cache/post");
    expect(await failing("hook-failed")).toContain("code 4");
    expect(await house.sh(app, "cat /cache/posts; echo true > /cache/post")).toBe("ran\n");
  });

  it("because a hook hangs: it is given up, and ended in its container with all that it has begun", async () => {
    const at = { swarm: house.swarm, clock: systemClock, app, stack: house.stackOf(app) };
    const hook = { service: "app", command: "sleep 3000 & sleep 3000" };
    const place = { ...at, hours: 3 / 3600, run: "bakor", isAgain: false };
    const given = await runHook(place, hook, "pre-hook", new AbortController().signal).catch(
      (thrown: unknown) => thrown,
    );
    expect(given).toMatchObject({ code: "command-took-too-long" });
    expect((given as Problem).text.means).toContain("The command was ended in its container.");
    // What is left is the one sleep that the app itself is, and what nobody has buried.
    const alive = `for p in /proc/[0-9]*; do grep -qx sleep $p/comm && grep -L zombie $p/status; done 2>/dev/null`;
    expect((await house.sh(app, `${alive} || true`)).trim().split("\n")).toHaveLength(1);
  });

  it("because the dump is cut off, though the hook has exited 0", async () => {
    await pre(`printf '${cut}' > /data/backup.sql`);
    expect(await failing("dump-unfinished")).toContain("PostgreSQL database dump complete");
    expect(await house.sh(app, "cat /cache/posts")).toBe("ran\n");
  });

  it("because the dump is empty, or is not there", async () => {
    await pre(": > /data/backup.sql");
    expect(await failing("backup-path-missing")).toContain("it is empty");
    await pre("rm -f /data/backup.sql");
    expect(await failing("backup-path-missing")).toContain("that is not there");
  });

  it("and is doubtful where the hook has not written the dump anew", async () => {
    await pre(`printf '${whole}' > /data/backup.sql; touch -d '2026-01-01 00:00' /data/backup.sql`);
    const told = await house.take(app);
    expect(told.status).toBe("done");
    expect(told.text).toContain("backup.sql is older than this backup");
    expect(house.backups.list(app)[0]).toMatchObject({ state: "doubtful" });
  });

  it("because a packed dump is cut off", async () => {
    const packed = await house.deploy("gz", {
      labels: ["backupbot.backup=true", "backupbot.backup.volumes.data.path=all.sql.gz"],
    });
    await house.sh(packed, `seq 1 100000 | gzip > /data/all.sql.gz`);
    expect((await house.take(packed)).status).toBe("done");
    await house.sh(packed, `head -c 20000 /data/all.sql.gz > /data/x; mv /data/x /data/all.sql.gz`);
    expect(await failing("dump-unfinished", packed)).toContain("no whole gzip file");
  });

  it("because a hook is on a service that does not run", async () => {
    const stopped = await house.deploy("still", {
      labels: ["backupbot.backup=true"],
      db: { image: house.plain, replicas: 0, labels: ["backupbot.backup.pre-hook=true"] },
    });
    const told = await house.take(stopped);
    expect(told.problem?.code).toBe("hook-without-container");
    expect(house.backups.list(stopped)).toEqual([]);
  });

  it("because it would hold half of what the last one held: kept, and doubtful", async () => {
    const shrunk = await house.deploy("shrunk", { labels: ["backupbot.backup=true"] });
    await house.sh(shrunk, "head -c 5000000 /dev/urandom > /data/big; echo x > /cache/x");
    expect((await house.take(shrunk)).text).toContain("is proven");
    await house.sh(shrunk, "rm /data/big");
    const told = await house.take(shrunk);
    expect(told.text).toContain("doubtful");
    expect(told.text).toContain("The volume data is empty.");
    expect(house.backups.newestProven(shrunk)?.id).toBe(house.backups.list(shrunk)[1]?.id);
    const still = await house.take(shrunk);
    expect(still.text, "it is compared with the last proven one, not with a doubtful one").toContain(
      "doubtful",
    );
  });

  it("because a volume has become empty beside a large one: doubtful until a drill answers it", async () => {
    const beside = await house.deploy("beside", { labels: ["backupbot.backup=true"] });
    await house.sh(
      beside,
      "head -c 5000000 /dev/urandom > /data/big; head -c 990000 /dev/urandom > /cache/x",
    );
    expect((await house.take(beside)).text).toContain("is proven");
    await house.sh(beside, "echo nothing is left > /cache/x");
    const little = await house.take(beside);
    const held = "in the last proven one \\(\\w+\\) it held 990\\.0 kB";
    expect(little.text).toMatch(new RegExp(`The volume cache holds 16 bytes, and ${held}`));
    await house.sh(beside, "rm /cache/x");
    const empty = await house.take(beside);
    expect(empty.text).toMatch(new RegExp(`The volume cache is empty, and ${held}`));
    const [row] = house.backups.list(beside);
    expect(row).toMatchObject({ state: "doubtful", doubts: [{ kind: "less" }] });
    expect(empty.text).toContain(`If it is right so: \`backup drill ${beside} ${row?.id ?? ""}\``);
    house.backups.mark(row?.id ?? "", "proven", "A drill has passed.");
    expect((await house.take(beside)).text, "it was empty before").toContain("is proven");
  });

  it("because the helper is killed half-way: its lock does not stop the next one", async () => {
    const big = await house.deploy("killed", { labels: ["backupbot.backup=true"] });
    await house.sh(big, "head -c 400000000 /dev/urandom > /data/big");
    const taking = house.take(big);
    await expect.poll(() => house.locks(), { timeout: 60_000, interval: 20 }).not.toEqual([]);
    for (const id of await house.helpers()) await docker.docker.getContainer(id).kill();
    const told = await taking;
    expect(told.problem?.code).toBe("backup-cut-off");
    expect(house.backups.list(big)[0]?.state).toBe("failed");
    expect(snapshots(big)).toEqual([]);
    expect(await house.helpers()).toEqual([]);
    expect(house.locks()).toEqual([]);
    await house.sh(big, "rm /data/big; echo small > /data/small");
    expect((await house.take(big)).text).toContain("is proven");
  });

  it("because a database's dump fails or is cut off: nothing of it becomes a snapshot", async () => {
    const dumped = await house.deploy("dumped", {
      labels: ["backupbot.backup=true"],
      db: { image: database },
      dumps: true,
    });
    const say = (dump: string, code: number): Promise<string> =>
      house.sh(
        dumped,
        `printf '${dump}' > ${databaseFolder}/dump; echo ${code} > ${databaseFolder}/code`,
        "db",
      );
    const cluster = "-- PostgreSQL database cluster dump\\nselect 1;\\n";
    await say(`${cluster}-- PostgreSQL database cluster dump complete\\n`, 0);
    expect((await house.take(dumped)).text).toContain("is proven");
    const [row] = house.backups.list(dumped);
    expect(row?.snapshots.map(({ kind }) => kind)).toEqual(["dump", "volumes"]);
    expect(row?.snapshots.flatMap(({ volumes }) => volumes)).not.toContain("db-data");
    expect(house.restic("dump", row?.snapshots[0]?.id ?? "", "/dump-db.sql")).toContain("dump complete");
    await say(cluster, 0);
    expect(await failing("dump-unfinished", dumped)).toContain("cluster dump complete");
    await say(`${cluster}-- PostgreSQL database cluster dump complete\\n`, 1);
    expect(await failing("dump-failed", dumped)).toContain("pg_dumpall ended with code 1");
    await say("", 0);
    expect(await failing("dump-unfinished", dumped)).toContain("it is empty");
    // More than fits into what waits on the way, for a restic that ends at once.
    await house.sh(
      dumped,
      `head -c 30000000 /dev/zero > ${databaseFolder}/dump; echo 0 > ${databaseFolder}/code`,
      "db",
    );
    house.policy(dumped, "nowhere-else");
    house.addRepository("nowhere-else", { location: path.join(house.data, "nowhere-else") });
    expect(await failing("repository-not-there", dumped)).toContain("nowhere-else");
  });

  it("is warned of a database that nobody dumps", async () => {
    const live = await house.deploy("live", { labels: ["backupbot.backup=true"], db: { image: database } });
    await house.sh(live, `echo x > ${databaseFolder}/x`, "db");
    const told = await house.take(live);
    expect(told.text).toContain("crash-consistent at best");
  });

  it("takes a file out of a container where labels of the first version say so", async () => {
    const first = await house.deploy("v1", {
      labels: [
        "backupbot.backup=true",
        "backupbot.backup.pre-hook=mkdir -p /tmp/out && echo from the container > /tmp/out/dump.txt",
        "backupbot.backup.path=/tmp/out/dump.txt",
      ],
    });
    const told = await house.take(first);
    expect(told.text).toContain("from the first version of the specification");
    const [row] = house.backups.list(first);
    expect(row?.state).toBe("proven");
    const file = "/tandem/containers/app/tmp/out/dump.txt";
    expect(house.restic("dump", row?.snapshots[0]?.id ?? "", file)).toBe("from the container\n");
  });

  it("stops an app for it where its policy says so, and starts it again however that ends", async () => {
    const script =
      "date +%s%N >> /data/starts; trap 'echo stopped >> /data/stops; exit 0' TERM; while true; do sleep 0.1; done";
    const rest = await house.deploy("rest", { labels: ["backupbot.backup=true"], mode: "stopped", script });
    const told = await house.take(rest);
    expect([told.status, told.text]).toEqual(["done", expect.stringContaining("is proven")]);
    const [row] = house.backups.list(rest);
    expect(row?.snapshots.map(({ kind }) => kind)).toEqual(["secrets", "volumes"]);
    const root = `/var/lib/docker/volumes/${house.stackOf(rest)}_data/_data`;
    expect(house.restic("dump", row?.snapshots[1]?.id ?? "", `${root}/stops`)).toBe("stopped\n");
    expect(house.restic("ls", row?.snapshots[0]?.id ?? "")).toContain("/tandem/secrets/app/");
    expect(await house.sh(rest, "wc -l < /data/starts")).toBe("2\n");
    writeFileSync(house.password, "another");
    try {
      const failed = await house.take(rest);
      expect(failed.problem?.code).toBe("repository-password-wrong");
    } finally {
      house.resetPassword();
    }
    expect((await house.swarm.services(house.stackOf(rest))).map(({ running }) => running)).toEqual([1]);
  });

  it("because the repository is not there, not reached, not opened, or full", async () => {
    const nowhere = path.join(house.data, "nowhere");
    house.addRepository("nowhere", { location: nowhere });
    house.addRepository("silent", { location: "rest:http://127.0.0.1:9/x" });
    house.addRepository("full", { location: house.smallDisk });
    const into = async (repository: string, of: AppDomain): Promise<string | undefined> => {
      house.policy(of, repository);
      return (await house.take(of)).problem?.code;
    };
    const filled = await house.deploy("filled", { labels: ["backupbot.backup=true"] });
    // More than restic has under way at a time: where it has read everything by the time that the disk is full, 0.14
    // sometimes waits for itself, and ends after 25 minutes only.
    await house.sh(filled, "head -c 120000000 /dev/urandom > /data/big");
    expect(await into("nowhere", filled)).toBe("repository-not-there");
    expect(await into("full", filled)).toBe("repository-full");
    expect(await into("silent", filled)).toBe("repository-unreachable");
    expect(house.backups.list(filled).map(({ state }) => state)).toEqual(["failed", "failed", "failed"]);
    expect(await house.helpers()).toEqual([]);
    expect(await into("nightly", filled)).toBe(undefined);
  });
});
