/**
 * The house killed with SIGKILL in the middle of each step of a backup, a restore and a drill and after each effect, on
 * a real engine with the real restic: each run ends as it should, and nothing of the killed ones stays. This is an app
 * that runs on while it is backed up, with hooks; others are in the files beside this one.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { haveProgram, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { expectCuts, of } from "./killing/cuts.ts";
import { KillHouse } from "./killing/house.ts";
import { stackWith } from "./killing/left.ts";

const docker = haveProgram(restic) ? await useDocker({ images: false }) : undefined;

/** Its hooks: a dump beside the data while it is backed up, a mark where it was brought back. `refuse` fails the first. */
const compose = (image: string): string => `version: "3.8"
services:
  app:
    image: ${image}
    command: ["/bin/sh", "-c", "exec sleep 100000"]
    stop_grace_period: 1s
    healthcheck: { test: [CMD, test, -d, /data], interval: 1s, timeout: 5s, retries: 60 }
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
  let house: KillHouse;

  beforeAll(async () => {
    house = await KillHouse.open(docker, { of: "kill", compose });
    await house.sh("echo old > /data/words; echo 1 > /data/old");
  }, 240_000);
  afterAll(async () => {
    await house.stop();
    await docker.stop();
  }, 240_000);

  const expectNothingLeft = (): Promise<void> =>
    house.expectOnly(stackWith(house.stack, { services: ["app"], volumes: ["data"] }));
  let taken = "";

  it("a backup is taken once, its hooks have run, and its app was not touched", async () => {
    const before = [await house.containers(), await house.specs()];
    const run = await house.killed(`app backup ${house.app}`, { during: ["take"] });
    expect(run.runs, run.problem?.happened).toEqual(["backup done", "take-backup done"]);
    expectCuts(run, of("take-backup", "plan", "begin", "hooks before", "take", "hooks after", "prove"));
    expect(run.during).toEqual(of("take-backup", "take"));
    await expectNothingLeft();
    expect([await house.containers(), await house.specs()]).toEqual(before);
    const { id, parts } = await house.proven();
    taken = id;
    expect(parts.map(({ id }) => id).toSorted()).toEqual(house.snapshots());
    expect(house.filesIn(parts[0]?.id ?? "").toSorted()).toEqual(["dump", "old", "words"]);
    expect(await house.sh("cd /data; cat words; ls")).toBe("old\nold\nwords");
  });

  it("one that is cancelled leaves nothing in the repository, and its hooks have run", async () => {
    const before = house.snapshots();
    let meanwhile: string[] = [];
    // How it is killed on the way there stands above.
    const there = ["plan", "begin", "hooks before"];
    const run = await house.killed(`app backup ${house.app}`, {
      spared: there,
      cancelledAt: "after take",
      during: ["undo:begin"],
      meanwhile: { "after take": () => (meanwhile = house.snapshots()) },
    });
    expect(run.runs, run.problem?.happened).toEqual(["backup cancelled", "take-backup cancelled"]);
    expectCuts(
      run,
      of("take-backup", "take", "undo:hooks before", "undo:begin"),
      of("take-backup", ...there),
    );
    expect(run.during).toEqual(of("take-backup", "undo:begin"));
    await expectNothingLeft();
    // There was something to take back.
    expect(meanwhile).toHaveLength(2);
    expect(house.snapshots()).toEqual(before);
    expect(await house.sh("cd /data; cat words; ls")).toBe("old\nold\nwords");
    expect(await house.rows("select state from backup order by started_at")).toEqual([
      { state: "proven" },
      { state: "failed" },
    ]);
  });

  it("one whose hook fails leaves nothing in the repository", async () => {
    const before = house.snapshots();
    await house.sh("touch /data/refuse");
    const run = await house.killed(`app backup ${house.app}`, { spared: ["plan", "begin"] });
    expect(run.problem?.code).toBe("hook-failed");
    expect(run.runs, run.problem?.happened).toEqual(["backup failed", "take-backup undone"]);
    expectCuts(
      run,
      of("take-backup", "hooks before", "undo:hooks before", "undo:begin"),
      of("take-backup", "plan", "begin"),
    );
    await expectNothingLeft();
    expect(house.snapshots()).toEqual(before);
    expect(await house.rows("select state from backup order by started_at")).toEqual([
      { state: "proven" },
      { state: "failed" },
      { state: "failed" },
    ]);
    await house.sh("rm /data/refuse");
  });

  it("a restore brings the data of the backup, and the present is kept", async () => {
    await house.sh("echo new > /data/words; rm /data/old; echo 1 > /data/new");
    // The backup of the present is a backup like any other.
    const present = ["begin", "hooks before", "take", "hooks after", "prove"];
    const run = await house.killed(`app restore ${house.app} ${taken}`, {
      spared: present,
      during: ["fill the volumes"],
    });
    expect(run.runs, run.problem?.happened).toEqual([
      "restore done",
      "take-backup done",
      "restore-data done",
    ]);
    expectCuts(
      run,
      [
        ...of("restore", "plan", "check the plan"),
        ...of("take-backup", "plan"),
        ...of("restore-data", "look", "look for room", "run what the recipe wants first", "stop it"),
        ...of("restore-data", "fill the volumes", "start its database", "wait for its database"),
        ...of("restore-data", "replay", "start it", "watch"),
      ],
      of("take-backup", ...present),
    );
    expect(run.during).toEqual(of("restore-data", "fill the volumes"));
    await expectNothingLeft();
    expect(await house.sh("cd /data; cat words replayed; ls")).toBe("old\nold\ndump\nold\nreplayed\nwords");
    const { parts } = await house.proven("restore");
    expect(house.filesIn(parts[0]?.id ?? "")).toContain("new");
    expect(house.snapshots()).toHaveLength(2);
  });

  it("one whose backup of the present fails has touched nothing", async () => {
    const look = async () => [await house.containers(), await house.specs(), house.snapshots()];
    await house.sh("rm /data/dump; touch /data/refuse");
    const before = await look();
    const files = await house.sh("cd /data; ls; cat words");
    // How a backup whose hook fails is killed on the way there stands above.
    const run = await house.killed(`app restore ${house.app} ${taken}`, {
      spared: ["plan", "check the plan", "begin"],
      during: ["undo:begin"],
    });
    expect(run.problem?.code).toBe("restore-without-present");
    expect(run.runs, run.problem?.happened).toEqual(["restore failed", "take-backup undone"]);
    expectCuts(run, of("take-backup", "hooks before", "undo:hooks before", "undo:begin"), [
      ...of("restore", "plan", "check the plan"),
      ...of("take-backup", "plan", "begin"),
    ]);
    await expectNothingLeft();
    expect(await look()).toEqual(before);
    expect(await house.sh("cd /data; ls; cat words")).toBe(files);
    await house.sh("rm /data/refuse");
  });

  const filled = ["plan", "fill its volumes and secrets", "deploy it"];
  const waits = "wait for its database";

  it("a drill passes, and nothing of it stays", async () => {
    const before = await house.containers();
    const run = await house.killed(`backup drill ${house.app} ${taken}`, {
      during: ["fill its volumes and secrets", "remove everything"],
    });
    expect(run.runs, run.problem?.happened).toEqual(["drill done", "drill-trial done"]);
    expectCuts(run, [
      ...of("drill", "choose the backup"),
      ...of("drill-trial", ...filled, waits, "run what the recipe wants first", "replay"),
      ...of("drill-trial", "start the rest", "watch", "remove everything"),
    ]);
    expect(run.during).toEqual(of("drill-trial", "fill its volumes and secrets", "remove everything"));
    await expectNothingLeft();
    expect(await house.containers()).toEqual(before);
    expect(await house.rows("select outcome, backup from backup_drill")).toEqual([
      { outcome: "passed", backup: taken },
    ]);
  });

  it("a drill that is cancelled is written down as that, and nothing of it stays", async () => {
    const before = await house.containers();
    const run = await house.killed(`backup drill ${house.app} ${taken}`, {
      // How it is killed on the way there stands above; that of another step takes back the same.
      spared: ["choose the backup", ...filled, "undo:fill its volumes and secrets"],
      during: [waits, "undo:deploy it"],
      cancelledAt: `during ${waits}`,
    });
    expect(run.runs, run.problem?.happened).toEqual(["drill cancelled", "drill-trial cancelled"]);
    expectCuts(run, of("drill-trial", waits, "undo:deploy it"), [
      ...of("drill", "choose the backup"),
      ...of("drill-trial", ...filled, "undo:fill its volumes and secrets"),
    ]);
    expect(run.during).toEqual(of("drill-trial", waits, "undo:deploy it"));
    await expectNothingLeft();
    expect(await house.containers()).toEqual(before);
    expect(await house.rows("select outcome, backup from backup_drill order by started_at")).toEqual([
      { outcome: "passed", backup: taken },
      { outcome: "cancelled", backup: taken },
    ]);
  });
});
