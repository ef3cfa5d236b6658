/**
 * A restore on the real engine that cannot be left as it is, and goes back to the present: byte for byte, running, with
 * nothing of it left over; also where the present never had what was brought back.
 */
import { execFileSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import type { AppDomain } from "../../src/core/terms.ts";
import restore from "../../workflows/restore.ts";
import restoreData from "../../workflows/restore-data.ts";
import takeBackup from "../../workflows/take-backup.ts";
import { tell } from "../workflows/telling.ts";
import { openBackupHouse, planted, type BackupHouse } from "./backups/house.ts";
import { haveProgram, restic } from "./debian-program.ts";
import { useDocker } from "./docker/index.ts";

const docker = haveProgram(restic) ? await useDocker({ images: false }) : undefined;
const others = { "take-backup": takeBackup, "restore-data": restoreData };

/** What people agreed to lose nothing of: every name, its mode and owner, and of files their times and contents. */
const fingerprint = [
  "cd /data",
  "find . -exec stat -c '%n %F %a %u:%g' {} + | sort",
  "find . -type f -exec stat -c '%n %s %Y' {} + | sort",
  "find . -type f -exec sha256sum {} + | sort",
  "readlink link",
].join("; ");

/** What their restore hook does not accept, and a file with which they do not start. */
const hook = "test ! -e /data/unwanted || { echo this is unwanted; exit 3; }";
const script = "if test -e /data/lost/deep/broken; then echo it is broken; exit 1; fi; exec sleep 100000";
const now =
  "cd /data; rm -rf words unwanted lost; mkdir -p 'a b/c'; head -c 300000 /dev/urandom > 'a b/c/d'; " +
  "echo present > words; : > empty; ln -s words link; chmod 640 words; chown 33:44 words 'a b'; " +
  "touch -d '2020-02-02 02:02:02' 'a b/c/d'";

// Most of a restore is waiting for an app to stay up, so they wait side by side: each with a house of its own, because
// an engine takes up whatever run it finds in its database.
describe.skipIf(docker === undefined)("a restore that goes back", { timeout: 240_000 }, () => {
  if (docker === undefined) return;
  const houses: BackupHouse[] = [];
  afterAll(async () => {
    await Promise.all(houses.map((house) => house.stop()));
    await docker.stop();
  });

  /** An app with one backup of what `then` makes, and the present of all stories. */
  async function opened(name: string, then: string): Promise<Story> {
    const house = await openBackupHouse(docker as NonNullable<typeof docker>);
    houses.push(house);
    house.makeRepository();
    const app = await house.deploy(name, { labels: [`backupbot.restore.post-hook=${hook}`], script });
    await house.sh(app, then);
    expect((await house.take(app)).text).toContain("is proven");
    await house.sh(app, now);
    return { house, app, stack: house.stackOf(app), old: house.backups.list(app)[0]?.id ?? "" };
  }
  const containers = async ({ stack }: Story): Promise<string[]> =>
    (await docker.docker.listContainers())
      .filter(({ Labels }) => Labels["com.docker.stack.namespace"] === stack)
      .map(({ Id }) => Id);
  const volumes = async ({ house, stack }: Story): Promise<string[]> =>
    (await house.swarm.volumeNames(null)).filter((one) => one.startsWith(stack)).sort();

  /** It is taken back for `why`, and everything is as it was before; `doubt`: what speaks against the way back. */
  async function expectBack(story: Story, part: object, why: string, doubt?: string): Promise<void> {
    const { house, app, stack, old } = story;
    const [before, were] = [await containers(story), await volumes(story)];
    const present = await house.sh(app, fingerprint);
    const wish = { app, backup: old, ...part };
    const { problem, text } = await tell(house.house, restore, wish, () => true, { others });
    expect(problem?.code).toBe("restore-taken-back");
    expect(problem?.happened).toContain(`The restore of ${app} from ${old} failed: ${why}`);
    const kept = house.backups.list(app)[0];
    expect(kept).toMatchObject({ cause: "restore", app });
    const presents = kept?.id ?? "";
    expect(problem?.means).toBe(
      doubt === undefined
        ? `Its data is back as it was before, from the backup ${presents}, and it runs with it.`
        : `It runs with the data of ${presents} again, the backup of what was there before. ` +
            `**That is doubtful, so its data may not be as it was**: ${doubt}`,
    );
    expect(problem?.remedy).toContain(`app restore ${app} ${old}`);
    expect(text).not.toContain(planted);
    expect(await house.swarm.services(stack)).toMatchObject([{ service: "app", running: 1, wanted: 1 }]);
    const after = await containers(story);
    expect(after).toHaveLength(1);
    // It was stopped for it: what stands in its volumes was not changed under a program that runs.
    expect(before).not.toContain(after[0]);
    expect(await house.sh(app, fingerprint)).toBe(present);
    expect(await volumes(story)).toEqual(were);
    expect(house.restic("--no-lock", "list", "locks")).toBe("");
    const { audit } = house.house as unknown as { audit: { list(): { what: string; details: unknown }[] } };
    expect(audit.list().find(({ what }) => what === "app.not-restored")?.details).toMatchObject({
      ...{ backup: old, present: kept?.id, isBack: true },
    });
  }
  const unwanted = "The restore post-hook in app ended with code 3.\nthis is unwanted";

  it.concurrent("because its restore hook fails", async () => {
    const story = await opened("hook", "echo old > /data/words; touch /data/unwanted");
    await story.house.sh(story.app, "echo present > /cache/words");
    await expectBack(story, {}, unwanted);
    expect(await story.house.sh(story.app, "cat /cache/words")).toBe("present\n");
  });

  it.concurrent("of a file that the present does not have, with which the app does not come up", async () => {
    const story = await opened("file", "mkdir -p /data/lost/deep; echo old > /data/lost/deep/broken");
    const { app, old } = story;
    const why = `${app} did not come up with the data of ${old}: `;
    await expectBack(story, { volume: "data", path: "lost/deep/broken" }, why);
  });

  it.concurrent("of a volume that is not there any more, because its restore hook fails", async () => {
    const story = await opened("volume", "echo old | tee /data/words /cache/words");
    const { house, app, stack } = story;
    // A version of the recipe that has no cache.
    execFileSync("docker", ["service", "update", "--quiet", "--mount-rm", "/cache", `${stack}_app`]);
    const ofStack = `label=com.docker.stack.namespace=${stack}`;
    execFileSync("docker", ["container", "prune", "--force", "--filter", ofStack]);
    await house.swarm.removeVolume(null, `${stack}_cache`);
    expect(await volumes(story)).toEqual([`${stack}_data`]);
    await house.sh(app, "touch /data/unwanted");
    const doubt = `Of the volumes in the last proven one (${story.old}) it does not hold cache.`;
    await expectBack(story, { volume: "cache" }, unwanted, doubt);
  });

  it("leaves no helper behind", async () => {
    expect(houses).toHaveLength(3);
    for (const house of houses) expect(await house.helpers()).toEqual([]);
  });
});

interface Story {
  house: BackupHouse;
  app: AppDomain;
  stack: string;
  old: string;
}
