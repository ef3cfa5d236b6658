/**
 * The house killed at every step of restores and drills that fail, and of their ways back: the present is there again,
 * byte for byte, and the app runs with it; what was brought up anew is gone, and the app beside it was not touched.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { haveProgram, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { expectCuts, of } from "./killing/cuts.ts";
import { KillHouse } from "./killing/house.ts";
import { stackWith } from "./killing/left.ts";

const docker = haveProgram(restic) ? await useDocker({ images: false }) : undefined;

/** Its restore hook does not accept a file, and it does not start with another. */
const compose = (image: string): string => `version: "3.8"
services:
  app:
    image: ${image}
    command: ["/bin/sh", "-c", "if test -e /data/lost/deep/broken; then echo it is broken; exit 1; fi; exec sleep 100000"]
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
        coop-cloud.\${STACK_NAME}.version: 1.0.0+1.0.0
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

  const untilReplayed = [
    ...["look", "look for room", "run what the recipe wants first", "stop it", "fill the volumes"],
    ...["start its database", "wait for its database", "replay"],
  ];

  it("a restore whose hook fails goes back to the present", async () => {
    const run = await house.killed(`app restore ${house.app} ${unwanted}`, {
      spared: present,
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
        ...of("restore-data", ...untilReplayed, "undo:replay", "undo:fill the volumes", "undo:stop it"),
        ...of("restore-data", ...untilReplayed, "start it", "watch"),
      ],
      of("take-backup", ...present),
    );
    await expectPresent();
    const kept = await presents();
    expect(kept).toHaveLength(1);
    expect(await takenBack()).toMatchObject([{ backup: unwanted, present: kept[0], isBack: true }]);
  });

  it("a file that the present does not have, with which the app does not come up, is taken out again", async () => {
    const what = `${house.app} ${broken} --volume data --path lost/deep/broken`;
    // How it is killed on the way there stands above.
    const there = ["look", "look for room", "run what the recipe wants first", "stop it", "fill the volumes"];
    const run = await house.killed(`app restore ${what}`, {
      spared: ["plan", "check the plan", ...present, ...there],
      during: ["take out what was put there"],
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
        ...of("restore", "take out what was put there", "start it again", "watch it again"),
        ...of("restore-data", "start it", "watch", "undo:fill the volumes", "undo:stop it"),
      ],
      [
        ...of("restore", "plan", "check the plan"),
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
});
