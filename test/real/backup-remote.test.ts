/** Repositories on other machines, by restic's `rest:` and `s3:`: a backup, a restore, and a key that is not taken. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AppDomain } from "../../src/core/terms.ts";
import repositoryAdd from "../../workflows/repository-add.ts";
import repositoryLook from "../../workflows/repository-look.ts";
import restore from "../../workflows/restore.ts";
import restoreData from "../../workflows/restore-data.ts";
import takeBackup from "../../workflows/take-backup.ts";
import { tell, type Told } from "../workflows/telling.ts";
import { openBackupHouse, planted, type BackupHouse } from "./backups/house.ts";
import { haveProgram, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";
import { haveS3, rclone, startRest, startS3, type RemoteServer } from "./remote-repositories.ts";

const isReady = haveProgram(restic) && haveProgram(rclone);
const s3Program = haveS3();
const docker = isReady ? await useDocker({ images: false }) : undefined;
const others = { "take-backup": takeBackup, "restore-data": restoreData };

describe.skipIf(docker === undefined)("a repository on another machine", { timeout: 240_000 }, () => {
  if (docker === undefined) return;
  let house: BackupHouse;
  let app: AppDomain;
  let credentialsFile = "";

  beforeAll(async () => {
    house = await openBackupHouse(docker);
    credentialsFile = path.join(house.data, "credentials");
    app = await house.deploy("remote", { labels: ["backupbot.backup=true"] });
  }, 120_000);
  afterAll(async () => {
    await house.stop();
    await docker.stop();
  }, 240_000);

  const add = (name: string, { location, credentials }: RemoteServer): Promise<Told> => {
    writeFileSync(credentialsFile, credentials);
    const files = { passwordFile: house.password, keyFile: null, credentialsFile };
    return tell(house.house, repositoryAdd, { name, location: `${location}${name}`, server: null, ...files });
  };
  /** Adds it, backs up into it, and restores from it. */
  async function thereAndBack(name: string, server: RemoteServer): Promise<void> {
    const made = await add(name, server);
    expect(made.problem).toBeNull();
    expect(made.text).toContain("a new, empty one was made");
    house.policy(app, name);
    await house.sh(app, `echo old of ${name} > /data/words`);
    expect((await house.take(app)).text).toContain("is proven");
    const backup = house.backups.list(app)[0]?.id;
    await house.sh(app, "echo present > /data/words");
    const told = await tell(house.house, restore, { app, backup }, () => true, { others });
    expect(told.problem).toBeNull();
    expect(await house.sh(app, "cat /data/words")).toBe(`old of ${name}\n`);
    const looked = await tell(house.house, repositoryLook, { name });
    expect(looked.text).toContain("it holds 2 snapshots");
  }
  /** A backup, a look and a restore that are not let in: each says so, and the app and its data stay. */
  async function notLetIn(name: string, key: string): Promise<void> {
    const newest = house.backups.newestProven(app);
    writeFileSync(credentialsFile, key);
    const told = [
      await house.take(app),
      await tell(house.house, repositoryLook, { name }),
      await tell(house.house, restore, { app, backup: newest?.id }, () => true, { others }),
    ];
    expect(told.map(({ problem }) => problem?.code)).toEqual(told.map(() => "repository-key-refused"));
    for (const { text } of told) {
      expect(text).toContain(`The repository ${name} does not let us in`);
      expect(text).not.toContain(planted);
      for (const word of ["tangerine", "grapefruit", "tandem:"]) expect(text).not.toContain(word);
    }
    expect(await house.sh(app, "cat /data/words")).toBe(`old of ${name}\n`);
    expect(await house.helpers()).toEqual([]);
  }

  it("by rest: there and back, and not with another password", async () => {
    const served = path.join(house.data, "served");
    mkdirSync(served);
    const server = await startRest(served);
    try {
      await thereAndBack("far", server);
      await notLetIn("far", server.wrongKey);
      writeFileSync(credentialsFile, server.credentials);
      expect((await house.take(app)).text).toContain("is proven");
      // A wrong key is no reason to make a new one.
      const strange = await add("strange", { ...server, credentials: server.wrongKey });
      expect(strange.problem?.code).toBe("repository-key-refused");
    } finally {
      await server.stop();
    }
  });

  if (s3Program !== undefined)
    it("by s3: there and back, and not with another key", async () => {
      const server = await startS3(s3Program);
      try {
        await thereAndBack("bucket", server);
        await server.lock();
        await notLetIn("bucket", server.wrongKey);
        await notLetIn("bucket", server.unknownKey);
      } finally {
        await server.stop();
      }
    });
});
