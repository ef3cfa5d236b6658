/**
 * The house killed at every step of restores, drills and upgrades that fail or are cancelled, and of their ways back:
 * the present is there again, byte for byte, and the app runs with it; what was brought up anew is gone, and the app
 * beside it was not touched.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { haveProgram, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { expectCuts, of } from "./killing/cuts.ts";
import { KillHouse } from "./killing/house.ts";
import { stackWith } from "./killing/left.ts";

const docker = haveProgram(restic) ? await useDocker({ images: false }) : undefined;

const begins = "if test -e /data/lost/deep/broken; then echo it is broken; exit 1; fi; exec sleep 100000";
/** Its next version spoils what it finds, and dies of it. */
const migration = "echo ruined > /data/words; rm -rf '/data/a b' /data/link; echo migrated; exit 1";

/** Its restore hook does not accept a file, and it does not start with another. */
const compose = (image: string, version = "1.0.0+1.0.0", script = begins): string => `version: "3.8"
services:
  app:
    image: ${image}
    command: ["/bin/sh", "-c", "${script}"]
    stop_grace_period: 1s
    healthcheck: { test: [CMD, test, -d, /data], interval: 1s, timeout: 5s, retries: 60 }
    volumes: [data:/data]
    secrets: [key]
    deploy:
      endpoint_mode: dnsrr
      restart_policy: { delay: 1s }
      labels:
        backupbot.backup: "true"
        backupbot.restore.post-hook: "test ! -e /data/unwanted || { echo this is unwanted; exit 3; }"
        coop-cloud.\${STACK_NAME}.version: ${version}
volumes: { data: {} }
secrets:
  key: { external: true, name: "\${STACK_NAME}_key_\${SECRET_KEY_VERSION}" }
`;

/** What people agreed to lose nothing of: every name, its mode and owner, and of files their times and contents. */
const fingerprint = [
  "cd /data",
  "find . -exec stat -c '%n %F %a %u:%g' {} + | sort",
  "find . -type f -exec stat -c '%n %s %Y' {} + | sort",
  "find . -type f -exec sha256sum {} + | sort",
  "readlink link",
].join("; ");
const now =
  "cd /data; rm -rf words unwanted lost; mkdir -p 'a b/c'; head -c 300000 /dev/urandom > 'a b/c/d'; " +
  "echo present > words; : > empty; ln -s words link; chmod 640 words; chown 33:44 words 'a b'; " +
  "touch -d '2020-02-02 02:02:02' 'a b/c/d'";
/** The backup of the present is a backup like any other (backup-kill.test.ts). */
const present = ["begin", "take", "prove"];

describe.skipIf(docker === undefined)("ways back, killed at every step", { timeout: 600_000 }, () => {
  if (docker === undefined) return;
  const other = `${docker.stackName("new")}.example.coop`;
  let house: KillHouse;
  let specs: unknown[];
  let print = "";
  /** A backup with what its hook does not accept, and one with what it does not start with. */
  let [unwanted, broken] = ["", ""];

  beforeAll(async () => {
    house = await KillHouse.open(docker, { of: "back", compose });
    specs = await house.specs();
    await house.sh("cd /data; echo old > words; touch unwanted");
    await house.done(`app backup ${house.app}`);
    await house.sh("cd /data; rm unwanted; mkdir -p lost/deep; echo old > lost/deep/broken");
    await house.done(`app backup ${house.app}`);
    await house.sh(now);
    print = await house.sh(fingerprint);
    const taken = await house.rows<{ id: string }>("select id from backup order by started_at");
    [unwanted = "", broken = ""] = taken.map(({ id }) => id);
  }, 240_000);
  afterAll(async () => {
    await house.stop(other);
    await docker.stop();
  }, 240_000);

  /** It runs as it did, with what it had, and nothing is beside it. */
  async function expectPresent(): Promise<void> {
    await house.expectOnly(stackWith(house.stack, { services: ["app"], volumes: ["data"] }));
    expect(await house.specs()).toEqual(specs);
    expect(await house.sh(fingerprint)).toBe(print);
  }
  /** What was written down of the restores that were taken back, each with the backup of its present. */
  const takenBack = async (): Promise<unknown[]> => {
    const rows = await house.rows<{ details: string }>(
      "select details from audit where what = 'app.not-restored' order by n",
    );
    return rows.map(({ details }) => JSON.parse(details) as unknown);
  };
  const presents = async (): Promise<string[]> => {
    const rows = await house.rows<{ id: string }>(
      "select id from backup where cause = 'restore' and state = 'proven' order by started_at",
    );
    return rows.map(({ id }) => id);
  };

  /** They only look, and are killed in backup-kill.test.ts. */
  const looks = ["look", "look for room", "run what the recipe wants first"];
  const toReplayed = ["stop it", "fill the volumes", "start its database", "wait for its database", "replay"];
  const untilReplayed = [...looks, ...toReplayed];

  it("a restore whose hook fails goes back to the present", async () => {
    const run = await house.killed(`app restore ${house.app} ${unwanted}`, {
      spared: [...present, ...looks],
      during: ["fill the volumes", "undo:stop it"],
    });
    expect(run.problem?.code).toBe("restore-taken-back");
    expect(run.problem?.happened).toContain("The restore post-hook in app ended with code 3.");
    expect(run.runs, run.problem?.happened).toEqual([
      ...["restore failed", "take-backup done", "restore-data undone", "restore-data done"],
    ]);
    expectCuts(
      run,
      [
        ...of("restore", "plan", "check the plan", "look whether data was overwritten"),
        ...of("take-backup", "plan"),
        ...of("restore-data", ...toReplayed, "undo:replay", "undo:fill the volumes", "undo:stop it"),
        ...of("restore-data", ...toReplayed, "start it", "watch"),
      ],
      [...of("take-backup", ...present), ...of("restore-data", ...looks, ...looks)],
    );
    await expectPresent();
    const kept = await presents();
    expect(kept).toHaveLength(1);
    expect(await takenBack()).toMatchObject([{ backup: unwanted, present: kept[0], isBack: true }]);
  });

  it("a file that the present never had is taken out again, and once more where that is cancelled", async () => {
    const what = `${house.app} ${broken} --volume data --path lost/deep/broken`;
    const onceMore = [
      "look how to go back",
      "stop it again",
      "take out what was put there",
      "start it again",
    ].map((one) => `${one}#2`);
    // How it is killed on the way there stands above.
    const there = ["look", "look for room", "run what the recipe wants first", "stop it", "fill the volumes"];
    const run = await house.killed(`app restore ${what}`, {
      spared: ["plan", "check the plan", ...present, ...there, ...onceMore],
      during: ["take out what was put there"],
      cancelledAt: "during take out what was put there",
    });
    expect(run.problem?.code).toBe("restore-taken-back");
    expect(run.problem?.happened).toContain(`did not come up with the data of ${broken}: `);
    expect(run.runs, run.problem?.happened).toEqual([
      "restore failed",
      "take-backup done",
      "restore-data undone",
    ]);
    expectCuts(
      run,
      [
        ...of("restore", "look whether data was overwritten", "look how to go back", "stop it again"),
        ...of("restore", "take out what was put there", "end what takes it out", "start it again"),
        ...of("restore", "watch it again"),
        ...of("restore-data", "start it", "watch", "undo:fill the volumes", "undo:stop it"),
      ],
      [
        ...of("restore", "plan", "check the plan", ...onceMore),
        ...of("take-backup", "plan", ...present),
        ...of("restore-data", ...there),
      ],
    );
    expect(run.during).toEqual(of("restore", "take out what was put there"));
    await expectPresent();
    const kept = await presents();
    expect(kept).toHaveLength(2);
    expect((await takenBack())[1]).toMatchObject({ backup: broken, present: kept[1], isBack: true });
  });

  it("what was brought up under a new domain is gone again, and the app was not touched", async () => {
    const containers = await house.containers();
    // They only look, and are killed in backup-kill-dumps.test.ts.
    const looks = ["plan", "check the plan", "look at its row", "wait for its database"];
    const run = await house.killed(`app restore ${house.app} ${unwanted} --as ${other}`, {
      subject: other,
      spared: looks,
      during: ["fill its volumes", "undo:deploy it"],
    });
    expect(run.problem?.code).toBe("restore-hook-failed");
    expect(run.runs, run.problem?.happened).toEqual(["restore undone"]);
    expectCuts(
      run,
      [
        ...of("restore", "write the app down", "make its secrets", "fill its volumes", "record"),
        ...of("restore", "deploy it", "run what the recipe wants first", "replay", "undo:replay"),
        ...of("restore", "undo:deploy it", "undo:record", "undo:fill its volumes"),
        ...of("restore", "undo:make its secrets", "undo:write the app down"),
      ],
      of("restore", ...looks),
    );
    expect(run.during).toContain("restore/fill its volumes");
    await expectPresent();
    expect(await house.containers()).toEqual(containers);
    expect(await house.rows("select domain from app")).toEqual([{ domain: house.app }]);
    expect(await house.rows("select app, outcome from deploy order by id")).toEqual([
      { app: house.app, outcome: "converged" },
      { app: other, outcome: "restored" },
    ]);
  });

  it("a drill that fails is written down, and nothing of it stays", async () => {
    const containers = await house.containers();
    // How it is killed on the way there stands in backup-kill.test.ts.
    const there = ["plan", "fill its volumes and secrets", "deploy it", "wait for its database"];
    const run = await house.killed(`backup drill ${house.app} ${unwanted}`, {
      spared: ["choose the backup", ...there, "run what the recipe wants first"],
      during: ["undo:replay", "undo:deploy it"],
    });
    expect(run.problem?.code).toBe("drill-failed");
    expect(run.runs, run.problem?.happened).toEqual(["drill failed", "drill-trial undone"]);
    expectCuts(
      run,
      of("drill-trial", "replay", "undo:replay", "undo:deploy it", "undo:fill its volumes and secrets"),
      [
        ...of("drill", "choose the backup"),
        ...of("drill-trial", ...there, "run what the recipe wants first"),
      ],
    );
    expect(run.during).toContain("drill-trial/undo:replay");
    await expectPresent();
    expect(await house.containers()).toEqual(containers);
    expect(await house.rows("select outcome, backup from backup_drill")).toEqual([
      { outcome: "failed", backup: unwanted },
    ]);
  });

  it("an upgrade that does not come up leaves its program and its data as they were", async () => {
    house.publish("1.1.0+1.1.0", (image) => compose(image, "1.1.0+1.1.0", migration));
    await house.said(`backup policy ${house.app} --data-back always`);
    // How a backup and a restore are killed stands above.
    const before = [
      ...["plan", "count who may agree", "check the plan", "look how it is backed up"],
      ...["record", "deploy", "watch", "look whether the data goes back"],
    ];
    const back = [...looks, "stop it"];
    const up = ["start its database", "wait for its database", "replay", "start it"];
    const run = await house.killed(`app upgrade ${house.app}`, {
      spared: [...before, ...present, ...back, ...up, "undo:record"],
      during: ["fill the volumes"],
    });
    expect(run.problem?.code).toBe("upgrade-taken-back");
    expect(run.runs, run.problem?.happened).toEqual([
      "upgrade undone",
      "take-backup done",
      "restore-data done",
    ]);
    expectCuts(
      run,
      [
        ...of("upgrade", "look what runs after the backup", "put the program back", "undo:deploy"),
        ...of("restore-data", "fill the volumes"),
      ],
      [
        ...of("upgrade", ...before, "undo:record"),
        ...of("take-backup", "plan", ...present),
        ...of("restore-data", ...back, ...up, "watch"),
      ],
    );
    expect(run.during).toEqual(of("restore-data", "fill the volumes"));
    await expectPresent();
    await house.proven("upgrade");
    expect(await house.rows("select version from app")).toEqual([{ version: "1.0.0+1.0.0" }]);
  });

  it("one that fails without a backup of the present says so, and the app runs with what it has", async () => {
    const run = await house.killed(`app restore ${house.app} ${unwanted} --without-backup`, {
      spared: ["plan", "check the plan", ...untilReplayed, "undo:replay", "undo:fill the volumes"],
    });
    expect(run.problem?.code).toBe("restore-half-way");
    expect(run.runs, run.problem?.happened).toEqual(["restore failed", "restore-data undone"]);
    expectCuts(
      run,
      [...of("restore", "look whether data was overwritten"), ...of("restore-data", "undo:stop it")],
      [
        ...of("restore", "plan", "check the plan"),
        ...of("restore-data", ...untilReplayed, "undo:replay", "undo:fill the volumes"),
      ],
    );
    // Nobody watches it: it is only told to begin.
    await vi.waitFor(
      () => house.expectOnly(stackWith(house.stack, { services: ["app"], volumes: ["data"] })),
      { timeout: 30_000, interval: 500 },
    );
    expect(await house.specs()).toEqual(specs);
    expect(await house.sh("cd /data; cat words; ls")).toBe("old\nunwanted\nwords");
    expect(await presents()).toHaveLength(2);
    expect((await takenBack())[2]).toMatchObject({ backup: unwanted, present: null, isBack: false });
  });

  it("a cancelled one goes back to the present, though the backup of that is doubtful", async () => {
    const [kept = ""] = await presents();
    await house.sh("cd /data; rm unwanted; ln -s words link");
    const before = await house.sh(fingerprint);
    // How these are killed stands above.
    const above = ["look whether data was overwritten", "undo:fill the volumes"];
    const spared = ["plan", "check the plan", "begin", "take", "start it", "watch", ...above];
    const there = untilReplayed.filter((one) => one !== "fill the volumes");
    const run = await house.killed(`app restore ${house.app} ${kept}`, {
      spared: [...spared, ...there],
      during: ["fill the volumes"],
      cancelledAt: "during fill the volumes",
    });
    expect(run.problem?.code).toBe("restore-taken-back");
    expect(run.problem?.happened).toContain("cleo cancelled the run");
    expect(run.runs, run.problem?.happened).toEqual([
      ...["restore failed", "take-backup done", "restore-data cancelled", "restore-data done"],
    ]);
    expectCuts(
      run,
      [
        ...of("take-backup", "prove"),
        ...of("restore-data", "fill the volumes", "undo:stop it", "fill the volumes"),
      ],
      [
        ...of("restore", "plan", "check the plan", "look whether data was overwritten"),
        ...of("take-backup", "plan", "begin", "take"),
        ...of("restore-data", ...there.slice(0, 4), "undo:fill the volumes"),
        ...of("restore-data", ...there, "start it", "watch"),
      ],
    );
    expect(run.during).toEqual(of("restore-data", "fill the volumes", "fill the volumes"));
    await house.expectOnly(stackWith(house.stack, { services: ["app"], volumes: ["data"] }));
    expect(await house.specs()).toEqual(specs);
    expect(await house.sh(fingerprint)).toBe(before);
    const doubtful = await house.rows<{ id: string; reason: string }>(
      "select id, reason from backup where state = 'doubtful'",
    );
    expect(doubtful.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("The volume data holds 4 bytes"),
    ]);
    expect((await takenBack())[3]).toMatchObject({ backup: kept, present: doubtful[0]?.id, isBack: true });
  });
});
