/**
 * Backups of small apps on a real engine with the real restic: taken, taken again unchanged, and everything that can be
 * wrong with one. The restic of this machine is the judge of what is in the repository.
 */
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AppDomain } from "../../src/core/terms.ts";
import { openBackupHouse, planted, type BackupHouse } from "./backups/house.ts";
import { quickKey } from "./backups/quick-key.ts";
import { useDocker } from "./docker/index.ts";
import { haveProgram, restic } from "./debian-program.ts";
import { haveSshd, startSshd, type TestSshd } from "./ssh/sshd.ts";
import { tell } from "../workflows/telling.ts";
import repositoryLook from "../../workflows/repository-look.ts";
import repositoryAdd from "../../workflows/repository-add.ts";

const docker = haveProgram(restic) ? await useDocker({ images: false }) : undefined;

describe.skipIf(docker === undefined)("a backup", { timeout: 120_000 }, () => {
  if (docker === undefined) return;
  let house: BackupHouse;
  let app: AppDomain;
  let sshd: TestSshd | undefined;

  beforeAll(async () => {
    house = await openBackupHouse(docker);
    if (haveSshd()) sshd = await startSshd(["Subsystem sftp internal-sftp"]);
  }, 60_000);
  afterAll(async () => {
    await house.stop();
    await sshd?.stop();
    await docker.stop();
  }, 120_000);

  it("begins with a repository, which is made where there is none and opened where there is one", async () => {
    const wish = {
      ...{ name: "nightly", location: house.folder, server: "local", passwordFile: house.password },
      ...{ keyFile: null, credentialsFile: null },
    };
    const made = await tell(house.house, repositoryAdd, wish);
    expect(made.text).toContain("a new, empty one was made");
    expect(JSON.parse(house.restic("cat", "config"))).toHaveProperty("version");
    quickKey(house.folder, house.password);
    const again = await tell(house.house, repositoryAdd, { ...wish, name: "again" });
    expect(again.text).toContain("there was one");
    const taken = await tell(house.house, repositoryAdd, wish);
    expect(taken.problem?.code).toBe("repository-exists");
  });

  it("holds the volumes, the manifest and the secrets, and is proven", async () => {
    const labels = ["backupbot.backup=true", "backupbot.backup.volumes.cache=false"];
    app = await house.deploy("vol", { labels });
    await house.sh(
      app,
      "mkdir /data/sub; echo hello > /data/sub/a.txt; echo cached > /cache/c; seq 1 50000 > /data/n",
    );
    const told = await house.take(app);
    expect([told.status, told.problem]).toEqual(["done", null]);
    expect(told.text).toContain("is proven");
    const [row] = house.backups.list(app);
    expect(row).toMatchObject({ state: "proven", cause: "asked", repository: "nightly", reason: null });
    expect(row?.snapshots).toHaveLength(1);
    const id = row?.snapshots[0]?.id ?? "";
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const files = house.restic("ls", id);
    const root = `/var/lib/docker/volumes/${house.stackOf(app)}_data/_data`;
    expect(files).toContain(`${root}/sub/a.txt`);
    expect(files).not.toContain("_cache");
    expect(house.restic("dump", id, `${root}/sub/a.txt`)).toBe("hello\n");
    const manifest = JSON.parse(house.restic("dump", id, "/tandem/manifest.json")) as {
      env: string;
      secrets: { name: string; file: string }[];
    };
    expect(manifest).toMatchObject({
      format: 1,
      app,
      backup: row?.id,
      env: `DOMAIN=${app}\nTITLE=a setting\n`,
    });
    expect(manifest.secrets).toHaveLength(1);
    expect(house.restic("dump", id, manifest.secrets[0]?.file ?? "")).toBe(planted);
    const [snapshot] = JSON.parse(house.restic("snapshots", "--json", id)) as {
      tags: string[];
      hostname: string;
    }[];
    expect(snapshot?.hostname).toBe("local");
    expect(snapshot?.tags).toContain(`app=${app}`);
    expect(await house.helpers()).toEqual([]);
  });

  it("of the same data adds next to nothing", async () => {
    const told = await house.take(app);
    expect(told.status).toBe("done");
    const [second, first] = house.backups.list(app);
    expect(second?.state).toBe("proven");
    expect(second?.files).toBe(first?.files);
    expect(second?.addedBytes ?? Infinity).toBeLessThan(20_000);
  });

  it("goes to another machine by sftp, whose host key people have agreed to", async () => {
    if (sshd === undefined) return;
    const location = `sftp://${sshd.user}@127.0.0.1:${sshd.port}/${path.join(house.data, "far")}`;
    const wish = {
      ...{ name: "far", location, server: null, passwordFile: house.password },
      ...{ keyFile: sshd.keyFile, credentialsFile: null },
    };
    const made = await tell(house.house, repositoryAdd, wish);
    expect(made.asked[0]).toMatchObject({ weight: "grave", subject: "far" });
    expect(made.text).toContain(sshd.hostKey);
    expect(made.text).toContain("a new, empty one was made");
    house.policy(app, "far");
    const told = await house.take(app);
    expect(told.text).toContain("is proven");
    const looked = await tell(house.house, repositoryLook, { name: "far" });
    expect(looked.text).toContain("it holds one snapshot");
    await sshd.kill();
    await sshd.start({ newHostKey: true });
    const strange = await house.take(app);
    expect(strange.problem?.code).toBe("repository-unreachable");
    expect(strange.problem?.happened).toMatch(/host key/i);
    house.policy(app, "nightly");
    expect(await house.helpers()).toEqual([]);
  });

  it("makes no volume in place of one that is gone", async () => {
    const plan = await house.backups.planTake(app);
    const gone = { name: `${house.stackOf(app)}_gone`, short: "gone", service: "app", paths: null };
    const nodes = plan.nodes.map((node) => ({ ...node, volumes: [...node.volumes, gone] }));
    house.backups.begin(plan, "bebeb", { cause: "asked", askedBy: null });
    const options = { signal: new AbortController().signal, isAgain: false };
    for (const mode of ["running", "stopped"] as const) {
      const taking = house.backups.takeVolumes({ ...plan, nodes, mode }, "bebeb", options);
      await expect(taking).rejects.toMatchObject({ code: "backup-volume-gone" });
    }
    expect(await house.swarm.volumeNames(null)).not.toContain(gone.name);
    house.backups.end("bebeb", { state: "failed", reason: "a test" });
  });

  it("keeps the value of a secret nowhere but in the repository", () => {
    const tables = house.db.sqlite
      .prepare<[], { name: string }>("select name from sqlite_master where type = 'table'")
      .all();
    const kept = tables.map(({ name }) =>
      JSON.stringify(house.db.sqlite.prepare(`select * from "${name}"`).all()),
    );
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.filter((text) => text.includes(planted))).toEqual([]);
  });
});
