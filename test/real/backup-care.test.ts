/**
 * What is around backups, with the real restic on a real engine: retention, a lock that a killed helper has left, a
 * damaged repository, and the page of the manual for the day on which Tandem is gone, command by command.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { openCare, openTurns, type BackupCare } from "../../src/backups/index.ts";
import { backupSettings } from "../../src/config/backups.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { AppDomain } from "../../src/core/terms.ts";
import { openDocs } from "../../src/docs/index.ts";
import forgetBackup from "../../workflows/forget-backup.ts";
import forgetBackups from "../../workflows/forget-backups.ts";
import checkRepository from "../../workflows/check-repository.ts";
import repositoryAdd from "../../workflows/repository-add.ts";
import repositoryChange from "../../workflows/repository-change.ts";
import repositoryRemove from "../../workflows/repository-remove.ts";
import { fakeServers } from "../apps/fake-swarm.ts";
import { tell } from "../workflows/telling.ts";
import { openBackupHouse, planted, type BackupHouse } from "./backups/house.ts";
import { useDocker } from "./docker/index.ts";
import { haveProgram, restic } from "./debian-program.ts";

const docker = haveProgram(restic) ? await useDocker({ images: false }) : undefined;

describe.skipIf(docker === undefined)("around backups", { timeout: 120_000 }, () => {
  if (docker === undefined) return;
  let house: BackupHouse;
  let app: AppDomain;
  let care: BackupCare;

  const careParts = () => {
    const { db, swarm } = house;
    const clock = systemClock;
    return {
      ...{ db, clock, audit: openAudit(db, clock), apps: house.house.apps, servers: fakeServers(swarm) },
      ...{ people: { withRole: () => [] }, turns: openTurns(), timeZone: "UTC", isBusy: () => false },
      ...{ post: undefined, self: { dataDir: house.data, folders: [], root: house.data } },
    };
  };

  beforeAll(async () => {
    house = await openBackupHouse(docker);
    house.makeRepository();
    app = await house.deploy("care", { labels: ["backupbot.backup=true"] });
    await house.sh(app, "mkdir /data/sub; echo hello > /data/sub/a.txt; chown 33:33 /data/sub/a.txt");
    care = openCare({
      ...careParts(),
      settings: {
        ...backupSettings.parse({ repository: "nightly", keepDaily: 1, keepWeekly: 0, keepMonthly: 0 }),
        image: house.image,
      },
    } as unknown as Parameters<typeof openCare>[0]);
  }, 120_000);
  afterAll(async () => {
    await house.stop();
    await docker.stop();
  }, 120_000);

  const story = () => ({ ...house.house, backups: { ...house.backups, ...care } });
  const states = (): string[] => house.backups.list(app).map(({ state }) => state);
  const snapshots = (): number => (JSON.parse(house.restic("snapshots", "--json")) as unknown[]).length;
  const results = () =>
    house.db.sqlite.prepare("select kind || ' ' || outcome from repository_care order by id").pluck().all();

  it("what no policy keeps is forgotten, and the row says so", async () => {
    for (let n = 0; n < 3; n++) expect((await house.take(app, "schedule")).problem).toBeNull();
    expect(states()).toEqual(["proven", "proven", "proven"]);
    const told = await tell(story(), forgetBackups, { repository: "nightly" });
    expect(told.problem).toBeNull();
    expect(told.text).toContain("2 backups");
    expect(states()).toEqual(["proven", "forgotten", "forgotten"]);
    expect(snapshots()).toBe(1);
    expect(results()).toEqual(["forget ok"]);
    expect(await house.helpers()).toEqual([]);
  });

  it("the newest proven one stays although a newer one is doubtful", async () => {
    expect((await house.take(app)).problem).toBeNull();
    const [newer, older] = house.backups.list(app);
    house.backups.mark(newer?.id ?? "", "doubtful", "for this test");
    const told = await tell(story(), forgetBackups, { repository: "nightly" });
    expect(told.problem).toBeNull();
    expect(house.backups.get(older?.id ?? "").state).toBe("proven");
    expect(snapshots()).toBe(2);
  });

  it("one is removed when it was agreed to, and the question knows that it is the only proven one", async () => {
    const [doubtful, proven] = house.backups.list(app);
    const refused = await tell(story(), forgetBackup, { backup: proven?.id }, () => false);
    expect(refused.text).toContain("It is the only proven backup of");
    expect(refused.asked[0]?.weight).toBe("grave");
    expect(snapshots()).toBe(2);
    const told = await tell(story(), forgetBackup, { backup: doubtful?.id });
    expect(told.problem).toBeNull();
    expect(house.backups.get(doubtful?.id ?? "").state).toBe("forgotten");
    expect(snapshots()).toBe(1);
    expect(() => care.beforeForgetting(doubtful?.id ?? "")).toThrow(/is forgotten/);
  });

  it("a whole repository passes its check", async () => {
    const told = await tell(story(), checkRepository, { repository: "nightly" });
    expect(told.problem).toBeNull();
    expect(told.text).toMatch(/so is part \d+\/52 of its data/);
  });

  it("a repository that is taken out and added again has its backups as before", async () => {
    const [proven] = house.backups.list(app).filter(({ state }) => state === "proven");
    const { name, location, server, passwordFile, keyFile, credentialsFile } =
      house.backups.repository("nightly");
    const wish = { name, location, server, passwordFile, keyFile, credentialsFile };
    expect((await tell(story(), repositoryRemove, { name })).problem?.code).toBe("repository-in-use");
    const free = openCare({ ...careParts(), settings: backupSettings.parse({}) } as never);
    const removed = await tell({ ...story(), backups: { ...story().backups, ...free } }, repositoryRemove, {
      name,
    });
    expect([removed.problem, removed.asked[0]?.weight]).toEqual([null, "grave"]);
    expect(house.backups.get(proven?.id ?? "").state).toBe("away");
    expect(house.backups.newestProven(app)).toBeNull();
    expect(snapshots()).toBe(1);
    const again = await tell(story(), repositoryAdd, wish);
    expect(again.problem).toBeNull();
    expect(again.text).toContain("counts again");
    expect(house.backups.get(proven?.id ?? "")).toEqual(proven);

    const copy = path.join(house.data, "copy");
    cpSync(house.folder, copy, { recursive: true });
    const moved = await tell(story(), repositoryChange, { ...wish, location: copy });
    expect(moved.problem).toBeNull();
    expect(moved.text).toContain(`nightly is at ${copy} now, with one snapshot.`);
    expect((await tell(story(), repositoryChange, wish)).problem).toBeNull();
    expect(house.backups.repository("nightly").location).toBe(location);
    expect(await house.helpers()).toEqual([]);
  });

  it("the page for the day on which Tandem is gone brings the data back, as it is written", () => {
    const page = openDocs().read("restoring-tandem") ?? "";
    const [setting = "", ...blocks] = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(
      ([, text = ""]) => text,
    );
    const tags = (JSON.parse(house.restic("snapshots", "--json")) as { tags: string[] }[])[0]?.tags ?? [];
    const values: Record<string, string> = {
      RESTIC_REPOSITORY: house.folder,
      RESTIC_PASSWORD_FILE: house.password,
      APP: app,
      NODE: tags.find((tag) => tag.startsWith("part="))?.slice("part=".length) ?? "",
      BACK: path.join(house.data, "back"),
      VOLUMES: path.join(house.data, "volumes"),
    };
    const named = [...setting.matchAll(/(\w+)=/g)].map(([, name = ""]) => name);
    expect(named).toEqual(Object.keys(values));
    const own = setting.replace(/(\w+)=.*/g, (_line, name: string) => `${name}=${values[name] ?? ""}`);
    mkdirSync(values["VOLUMES"] ?? "");
    const secrets: string[] = [];
    for (const [n, block] of blocks.entries()) {
      const script = `set -e\n${own}\n${block}`;
      const output = execFileSync("sh", ["-c", script], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
      if (n === 0) expect(output).toContain(`app=${app}`);
      if (n === 1) expect(JSON.parse(output)).toMatchObject({ format: 1, app });
      if (n === 2) secrets.push(...filesUnder(path.join(values["BACK"] ?? "", "tandem/secrets")));
    }
    expect(secrets).toEqual([planted]);
    expect(blocks).toHaveLength(5);
    const file = path.join(values["VOLUMES"] ?? "", `${house.stackOf(app)}_data/_data/sub/a.txt`);
    expect(readFileSync(file, "utf8")).toBe("hello\n");
    expect([statSync(file).uid, statSync(file).gid]).toEqual([33, 33]);
    expect(existsSync(values["BACK"] ?? "")).toBe(false);
  });

  it("a damaged one does not, and it is written down", async () => {
    const packs = path.join(house.folder, "data");
    for (const pack of filesBelow(packs)) {
      chmodSync(pack, 0o600);
      const bytes = readFileSync(pack);
      bytes.fill(0, 0, Math.min(64, bytes.length));
      writeFileSync(pack, bytes.subarray(0, bytes.length - 8));
    }
    const told = await tell(story(), checkRepository, { repository: "nightly" });
    expect(told.problem?.code).toBe("repository-damaged");
    expect(results().at(-1)).toBe("check failed");
    expect(await house.helpers()).toEqual([]);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => path.join(one.parentPath, one.name));
}

function filesUnder(folder: string): string[] {
  return filesBelow(folder).map((file) => readFileSync(file, "utf8"));
}
