/**
 * What stands in the way of a restore on the real engine: said in words, nothing overwritten where that can be known
 * before, and the present back where it cannot.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AppDomain } from "../../src/core/terms.ts";
import restore from "../../workflows/restore.ts";
import drill from "../../workflows/drill.ts";
import drillTrial from "../../workflows/drill-trial.ts";
import restoreData from "../../workflows/restore-data.ts";
import takeBackup from "../../workflows/take-backup.ts";
import { tell, type Told } from "../workflows/telling.ts";
import { openBackupHouse, planted, type BackupHouse, type SmallApp } from "./backups/house.ts";
import { haveProgram, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { haveSshd } from "./ssh/sshd.ts";

const docker = haveProgram(restic) ? await useDocker({ images: false }) : undefined;
const isFar = docker !== undefined && haveSshd();
const others = { "take-backup": takeBackup, "restore-data": restoreData, "drill-trial": drillTrial };

describe.skipIf(docker === undefined)("a restore that meets", { timeout: 240_000 }, () => {
  if (docker === undefined) return;
  let house: BackupHouse;
  let app: AppDomain;
  let old = "";

  beforeAll(async () => {
    house = await openBackupHouse(docker, { isFar });
    house.makeRepository();
    app = await house.deploy("bad", {});
    await house.sh(app, "echo old > /data/words; mkdir /data/deep; echo deep > /data/deep/file");
    const took = await house.take(app);
    expect(took.problem).toBeNull();
    old = house.backups.list(app)[0]?.id ?? "";
    await house.sh(app, "echo present > /data/words");
  }, 120_000);
  afterAll(async () => {
    spawnSync("umount", ["-l", tight()], { stdio: "ignore" });
    await house.stop();
    await docker.stop();
  });

  const run = (more: object = {}): Promise<Told> =>
    tell(house.house, restore, { app, backup: old, ...more }, () => true, { others });
  const words = async (): Promise<string> => (await house.sh(app, "cat /data/words")).trim();
  const containers = async (): Promise<string[]> =>
    (await house.swarm.anatomy(house.stackOf(app))).flatMap(({ running }) =>
      running.map((one) => one.container),
    );
  /** A disk of 3 MB, once it is mounted. */
  const tight = (): string => path.join(house.data, "tight");
  /** Which of its tasks are up: one that was stopped does not come back under the same name. */
  const tasks = async (stack: string): Promise<string[]> =>
    (await house.swarm.tasks(stack)).filter(({ state }) => state === "running").map(({ task }) => task);
  /** A task that ends holds its volume a moment longer. */
  const removed = (volume: string): Promise<void> =>
    expect
      .poll(
        () =>
          house.swarm.removeVolume(null, volume).then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
  /** The very same containers: the app was not even stopped. */
  const untouched = async (told: () => Promise<Told>): Promise<string | undefined> => {
    const before = await containers();
    const { problem, text } = await told();
    expect(await containers()).toEqual(before);
    expect(await words()).toBe("present");
    expect(await house.helpers()).toEqual([]);
    expect(text).not.toContain(planted);
    return problem?.code;
  };

  describe.skipIf(!isFar)("a server over SSH that is away", () => {
    const cable = () => house.far?.cable ?? expect.fail("there is no server behind a cable");
    const running = async (of: AppDomain): Promise<string[]> =>
      (await house.swarm.anatomy(house.stackOf(of))).flatMap((one) => one.running.map((it) => it.container));
    const snapshots = (of: AppDomain): string[] =>
      (JSON.parse(house.restic("snapshots", "--json", "--tag", `app=${of}`)) as { id: string }[])
        .map(({ id }) => id)
        .sort();
    /** An app there that has one proven backup, and other words by now. */
    async function deployed(name: string, more: Partial<SmallApp> = {}) {
      const of = await house.deploy(name, { isFar: true, ...more });
      await house.sh(of, "echo old > /data/words; head -c 30000000 /dev/urandom > /data/big");
      expect((await house.take(of)).text).toContain("is proven");
      await house.sh(of, "echo present > /data/words");
      return { of, old: house.backups.list(of)[0]?.id ?? "", kept: snapshots(of) };
    }
    /** Pulls the cable when `isTime`, and puts it back when it was said that the server is away. */
    async function goesAway(isTime: () => Promise<boolean>, whileAway: () => Promise<void>): Promise<void> {
      const told = house.far?.told ?? [];
      told.length = 0;
      await expect.poll(isTime, { timeout: 60_000, interval: 20 }).toBe(true);
      await cable().cut();
      await expect.poll(() => told[0], { timeout: 60_000 }).toMatch(/^The server swarm-2 .* is not reached/);
      await whileAway();
      await cable().mend();
    }

    it("when a backup, a restore and a drill begin: each says so, and the app and its backups stay", async () => {
      const { of, old, kept } = await deployed("far");
      const before = await running(of);
      await cable().cut();
      const told = [
        await house.take(of),
        await tell(house.house, restore, { app: of, backup: old }, () => true, { others }),
        await tell(house.house, drill, { app: of }, () => true, { others }),
      ].map(({ problem }) => problem);
      expect(told.map((one) => one?.code)).toEqual([
        "server-not-reached",
        "server-not-reached",
        "drill-undecided",
      ]);
      for (const one of told) expect(one?.happened).toMatch(/The server swarm-2 .* is not reached/);
      expect(await running(of)).toEqual(before);
      expect(await house.sh(of, "cat /data/words")).toBe("present\n");
      expect(snapshots(of)).toEqual(kept);
      expect(house.backups.newestProven(of)?.id).toBe(old);
      expect(await house.helpers()).toEqual([]);
      await cable().mend();
      expect((await house.take(of)).text).toContain("is proven");
      expect(snapshots(of)).toEqual(expect.arrayContaining(kept));
    });

    it("while an app is at rest for its backup: it is started when the server is back", async () => {
      const { of, kept } = await deployed("rest", { mode: "stopped" });
      const taking = house.take(of);
      await goesAway(
        async () => (await running(of)).length === 0 && (await house.helpers()).length > 0,
        async () => expect(await running(of)).toEqual([]),
      );
      const told = await taking;
      expect(told.problem?.happened).toMatch(/The server swarm-2 .* is not reached/);
      expect(house.backups.list(of)[0]).toMatchObject({ state: "failed", reason: told.problem?.happened });
      expect(await running(of)).toHaveLength(1);
      expect(await house.sh(of, "cat /data/words")).toBe("present\n");
      expect(snapshots(of)).toEqual(kept);
      expect(await house.helpers()).toEqual([]);
      expect(house.far?.told.at(-1)).toBeNull();
    });

    it("while a restore fills its volumes: the present is put back when the server is back", async () => {
      const { of, old } = await deployed("fill");
      const restoring = tell(house.house, restore, { app: of, backup: old }, () => true, { others });
      let left = 0;
      await goesAway(
        async () => (await house.helpers()).some(writesData),
        async () => void (left = (await house.helpers()).length),
      );
      const told = await restoring;
      expect(told.problem?.code).toBe("restore-taken-back");
      expect(told.problem?.happened).toMatch(/The server swarm-2 .* is not reached/);
      // What went on there without anybody to listen was ended before the app was started beside it.
      expect(left).toBe(1);
      expect(await house.helpers()).toEqual([]);
      expect(await running(of)).toHaveLength(1);
      expect(await house.sh(of, "cat /data/words")).toBe("present\n");
    });
  });

  it("a backup of another app", async () => {
    const other = await house.deploy("other", {});
    await house.sh(other, "echo other > /data/words");
    await house.take(other);
    const backup = house.backups.list(other)[0]?.id;
    expect(await untouched(() => run({ backup }))).toBe("backup-of-another");
  });

  it("a repository that is away, and one with another password", async () => {
    renameSync(house.folder, `${house.folder}-away`);
    const code = await untouched(() => run()).finally(() => {
      execFileSync("rm", ["-rf", house.folder]);
      renameSync(`${house.folder}-away`, house.folder);
    });
    expect(code).toBe("repository-not-there");
    const password = readFileSync(house.password);
    writeFileSync(house.password, "another one");
    const wrong = await untouched(() => run()).finally(() => writeFileSync(house.password, password));
    expect(wrong).toBe("repository-password-wrong");
  });

  it("a snapshot that somebody has removed", async () => {
    await house.take(app);
    const gone = house.backups.list(app)[0];
    house.restic("forget", gone?.snapshots[0]?.id ?? "");
    expect(await untouched(() => run({ backup: gone?.id }))).toBe("snapshot-gone");
  });

  it("a disk that is too small under it: no task is stopped; one that runs full gets the present back", async () => {
    const of = await house.deploy("large", {});
    const stack = house.stackOf(of);
    const taken = async (script: string): Promise<string> => {
      await house.sh(of, `rm -rf /data/*; echo old > /data/words; ${script}`);
      expect((await house.take(of)).problem).toBeNull();
      return house.backups.list(of)[0]?.id ?? "";
    };
    const large = await taken("dd if=/dev/urandom of=/data/large bs=1M count=6 2>/dev/null");
    // Two kilobytes to whoever adds them up, and six megabytes to a disk that gives each a block.
    const many = await taken(
      "mkdir /data/many; cd /data/many; n=0; while test $((n+=1)) -le 1500; do echo > $n; done",
    );
    const before = await house.swarm.snapshot(stack);
    await house.swarm.halt(stack);
    await removed(`${stack}_data`);
    mkdirSync(tight());
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", tight()]);
    await docker.docker.createVolume({
      Name: `${stack}_data`,
      DriverOpts: { type: "none", device: tight(), o: "bind" },
      Labels: { "com.docker.stack.namespace": stack },
    });
    await house.swarm.restore(stack, before);
    await expect.poll(() => tasks(stack), { timeout: 30_000 }).toHaveLength(1);
    await house.sh(of, "echo present > /data/words");
    const again = (backup: string) => tell(house.house, restore, { app: of, backup }, () => true, { others });

    const running = await tasks(stack);
    const refused = await again(large);
    expect(refused.problem?.code).toBe("restore-no-room");
    expect(refused.text).toMatch(/no room for the volume \S+_data: it needs 7 MB and there are [23] MB\./);
    expect(refused.text).toContain("Nothing was overwritten");
    expect(await tasks(stack)).toEqual(running);

    const full = await again(many);
    expect(full.problem?.code).toBe("restore-taken-back");
    expect(full.text).toContain(`failed: The disk ran full while the volume ${stack}_data was being filled.`);
    // The present is two files beside six megabytes of before: who agreed to go on is not told that it is sure.
    expect(full.asked.map(({ weight }) => weight)).toEqual(["grave", "grave"]);
    expect(full.text).toMatch(
      /\*\*That is doubtful, so its data may not be as it was\*\*: The volume data holds \d+ bytes, and /,
    );
    expect(await house.sh(of, "cd /data; ls; cat words")).toBe("words\npresent\n");
    expect(await tasks(stack)).not.toEqual(running);
    expect(await house.helpers()).toEqual([]);
  });

  it("a helper that is killed while it fills, and goes back to the present", async () => {
    const seen = new AbortController();
    const killer = killFirstFill(house, seen.signal);
    const told = await run().finally(() => seen.abort());
    expect(await killer).toBeGreaterThan(0);
    expect(told.problem?.code).toBe("restore-taken-back");
    expect(told.text).toContain("Its data is back as it was before");
    expect(await words()).toBe("present");
    expect(await house.sh(app, "cat /data/deep/file")).toBe("deep\n");
    expect(await house.helpers()).toEqual([]);
  });

  it("a volume that is gone: it is made anew and filled", async () => {
    const stack = house.stackOf(app);
    const volume = `${stack}_data`;
    const before = await house.swarm.snapshot(stack);
    await house.swarm.halt(stack);
    await removed(volume);
    await house.swarm.restore(stack, before);
    await expect.poll(async () => (await containers()).length, { timeout: 30_000 }).toBe(1);
    expect(await house.sh(app, "ls /data")).toBe("");
    // Of the empty present there is only a doubtful backup: without a second agreement nothing is overwritten.
    const declined = await tell(house.house, restore, { app, backup: old }, (_, n) => n === 1, { others });
    expect(declined.problem?.code).toBe("approval-declined");
    expect(declined.asked).toHaveLength(2);
    expect(await house.sh(app, "ls /data")).toBe("");
    const told = await run();
    expect(told.problem).toBeNull();
    expect(told.asked).toMatchObject([
      { weight: "grave", subject: app },
      { weight: "grave", subject: app },
    ]);
    expect(told.text).toMatch(
      /The backup of the present of \S+ is doubtful\. Restore \S+ over it all the same\?/,
    );
    expect(told.text).toContain("The backup of what was there before is doubtful: ");
    expect(told.text).not.toContain("To go back to what was there before");
    expect(await words()).toBe("old");
  });

  it("nothing in its way", async () => {
    await house.sh(app, "echo present > /data/words");
    const told = await run();
    expect(told.problem).toBeNull();
    expect(await words()).toBe("old");
    expect(told.text).not.toContain(planted);
    expect(await house.helpers()).toEqual([]);
  });
});

/** Kills the first helper that has the app's data to write to. Answers how many it killed. */
async function killFirstFill(house: BackupHouse, signal: AbortSignal): Promise<number> {
  while (!signal.aborted) {
    for (const id of await house.helpers()) if (writesData(id) && isKilled(id)) return 1;
    await new Promise((rested) => setTimeout(rested, 20));
  }
  return 0;
}

/** False as well when it is gone by now. */
function writesData(id: string): boolean {
  const seen = spawnSync("docker", ["inspect", id, "--format", "{{json .Mounts}}"], { encoding: "utf8" });
  if (seen.status !== 0) return false;
  const mounts = JSON.parse(seen.stdout) as { Destination: string; RW: boolean }[];
  return mounts.some(({ Destination, RW }) => Destination.startsWith("/var/lib/docker/volumes/") && RW);
}

/** One that was made and has not begun yet cannot be killed: it is tried again. */
function isKilled(id: string): boolean {
  return spawnSync("docker", ["kill", id], { stdio: "ignore" }).status === 0;
}
