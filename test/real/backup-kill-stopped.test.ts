/**
 * The house killed at every step while it backs up an app that is at rest meanwhile, and brings that back: whatever
 * becomes of the backup, the app runs again, as it did, once.
 */
import { renameSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { haveProgram, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { expectCuts, of } from "./killing/cuts.ts";
import { KillHouse } from "./killing/house.ts";
import { stackWith } from "./killing/left.ts";

const docker = haveProgram(restic) ? await useDocker({ images: false }) : undefined;

/** `app` writes until it is stopped, and then that it was: `open` stands for data that no copy may be taken of. */
const compose = (image: string): string => `version: "3.8"
services:
  app:
    image: ${image}
    command:
      - /bin/sh
      - -c
      - trap 'rm /data/open; exit 0' TERM; touch /data/open; echo 1 >> /data/lives; while true; do sleep 0.1; done
    healthcheck: { test: [CMD, test, -e, /data/open], interval: 1s, timeout: 5s, retries: 60 }
    volumes: [data:/data]
    secrets: [key]
    deploy:
      endpoint_mode: dnsrr
      restart_policy: { delay: 1s }
      labels:
        backupbot.backup: "true"
        coop-cloud.\${STACK_NAME}.version: 1.0.0+1.0.0
  beside:
    image: ${image}
    command: ["/bin/sh", "-c", "exec sleep 100000"]
    stop_grace_period: 1s
    healthcheck: { test: [CMD, test, -d, /data], interval: 1s, timeout: 5s, retries: 60 }
    volumes: [data:/data]
    deploy: { endpoint_mode: dnsrr, restart_policy: { delay: 1s } }
volumes: { data: {} }
secrets:
  key: { external: true, name: "\${STACK_NAME}_key_\${SECRET_KEY_VERSION}" }
`;

const steps = ["plan", "begin", "take what must run", "stop it", "take", "start it again", "prove"];

describe.skipIf(docker === undefined)("an app at rest, killed at every step", { timeout: 600_000 }, () => {
  if (docker === undefined) return;
  let house: KillHouse;

  beforeAll(async () => {
    house = await KillHouse.open(docker, { of: "rest", compose });
    await house.said(`backup policy ${house.app} --mode stopped`);
    await house.sh("echo old > /data/words; echo 1 > /data/old");
  }, 240_000);
  afterAll(async () => {
    await house.stop();
    await docker.stop();
  }, 240_000);

  /** Each service runs in one container, as it was sent to the engine before. */
  const expectRunning = async (specs: unknown[]): Promise<void> => {
    await house.expectOnly(stackWith(house.stack, { services: ["app", "beside"], volumes: ["data"] }));
    expect(await house.specs()).toEqual(specs);
  };
  /** How often the app has begun: once more for each time that it was stopped. */
  const lives = async (): Promise<number> => (await house.sh("cat /data/lives")).split("\n").length;
  let taken = "";

  it("a backup has what the app leaves when it is stopped, and it runs again", async () => {
    const before = { specs: await house.specs(), lives: await lives() };
    const run = await house.killed(`app backup ${house.app}`, {
      during: ["take what must run", "take"],
    });
    expect(run.runs, run.problem?.happened).toEqual(["backup done", "take-backup done"]);
    expectCuts(run, of("take-backup", ...steps));
    expect(run.during).toEqual(of("take-backup", "take what must run", "take"));
    await expectRunning(before.specs);
    expect(await lives()).toBe(before.lives + 1);
    const { id, parts } = await house.proven();
    taken = id;
    expect(parts.map(({ kind }) => kind).toSorted()).toEqual(["secrets", "volumes"]);
    expect(parts.map(({ id }) => id).toSorted()).toEqual(house.snapshots());
    const volumes = parts.find(({ kind }) => kind === "volumes")?.id ?? "";
    expect(house.filesIn(volumes).toSorted()).toEqual(["lives", "old", "words"]);
  });

  it("one whose repository is lost meanwhile leaves nothing in it, and the app runs again", async () => {
    const before = { specs: await house.specs(), snapshots: house.snapshots(), lives: await lives() };
    const config = path.join(house.folder, "config");
    const run = await house.killed(`app backup ${house.app}`, {
      during: ["undo:stop it", "undo:begin"],
      meanwhile: {
        "after stop it": () => renameSync(config, `${config}.lost`),
        "after undo:stop it": () => renameSync(`${config}.lost`, config),
      },
    });
    expect(run.problem?.code).toBe("repository-not-there");
    expect(run.runs, run.problem?.happened).toEqual(["backup failed", "take-backup undone"]);
    expectCuts(run, of("take-backup", ...steps.slice(0, 5), "undo:stop it", "undo:begin"));
    expect(run.during).toEqual(of("take-backup", "undo:stop it", "undo:begin"));
    await expectRunning(before.specs);
    expect(await lives()).toBe(before.lives + 1);
    expect(house.snapshots()).toEqual(before.snapshots);
    expect(await house.rows("select state from backup order by started_at")).toEqual([
      { state: "proven" },
      { state: "failed" },
    ]);
  });

  it("a restore stops it for the present and for the past, and it runs with the past", async () => {
    const specs = await house.specs();
    await house.sh("echo new > /data/words; rm /data/old; echo 1 > /data/new");
    // How a backup is killed stands above; the others only look, and are killed in backup-kill.test.ts.
    const looks = ["look", "look for room", "run what the recipe wants first"];
    const run = await house.killed(`app restore ${house.app} ${taken}`, {
      spared: ["plan", "check the plan", "begin", "take what must run", "prove", ...looks],
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
        ...of("take-backup", "stop it", "take", "start it again"),
        ...of("restore-data", "stop it", "fill the volumes", "start it", "watch"),
      ],
      [
        ...of("restore", "plan", "check the plan"),
        ...of("take-backup", "plan", "begin", "take what must run", "prove"),
        ...of("restore-data", ...looks),
      ],
    );
    expect(run.during).toEqual(of("restore-data", "fill the volumes"));
    await expectRunning(specs);
    expect(await house.sh("cd /data; cat words; ls")).toBe("old\nlives\nold\nopen\nwords");
    const { parts } = await house.proven("restore");
    const volumes = parts.find(({ kind }) => kind === "volumes")?.id ?? "";
    expect(house.filesIn(volumes).toSorted()).toEqual(["lives", "new", "words"]);
    expect(house.snapshots()).toHaveLength(4);
  });
});
