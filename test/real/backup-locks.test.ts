/** restic in helpers, and the locks that it leaves: whose are cleared, whose are left alone, and what never ends. */
import { spawn } from "node:child_process";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clearOwnLocks, inHelper, type Inside } from "../../src/backups/helping.ts";
import { movedIn } from "../../src/backups/restic/run.ts";
import { openTurns } from "../../src/backups/turns.ts";
import { FakeClock } from "../../src/core/clock.ts";
import type { ServerName } from "../../src/core/terms.ts";
import { openBackupHouse, type BackupHouse } from "./backups/house.ts";
import { useDocker } from "./docker/index.ts";
import { haveProgram, restic } from "./debian-program.ts";

const docker = haveProgram(restic) ? await useDocker({ images: false }) : undefined;

describe.skipIf(docker === undefined)("restic in a helper", { timeout: 120_000 }, () => {
  if (docker === undefined) return;
  let house: BackupHouse;

  beforeAll(async () => {
    house = await openBackupHouse(docker);
    house.makeRepository();
  }, 120_000);
  afterAll(async () => {
    await house.stop();
    await docker.stop();
  }, 120_000);

  it("leaves the locks of others alone, and says whose they are", async () => {
    const other = spawn("restic", [
      ...["-r", house.folder, "--password-file", house.password, "--no-cache"],
      ...["backup", "--stdin", "--host", "elsewhere"],
    ]);
    try {
      await expect.poll(() => house.locks(), { timeout: 30_000, interval: 50 }).toHaveLength(1);
      const before = house.locks();
      const seen = await house.backups.openRepository(house.backups.repository("nightly"), "lokor", false);
      expect(seen.locks.join()).toContain(`process ${other.pid ?? 0}`);
      await clearOwnLocks(house.helping, helperUse(), { id: "" });
      expect(house.locks()).toEqual(before);
    } finally {
      other.kill("SIGKILL");
      await new Promise((gone) => other.once("close", gone));
      house.restic("unlock");
    }
  });

  it("clears the lock of a killed helper of its own where that is in the way", async () => {
    const killed = inHelper(house.helping, helperUse(), async ({ helper, restic }) => {
      const saving = restic.end(["backup", "--stdin"], { stdin: new PassThrough() });
      await expect.poll(() => house.locks(), { timeout: 30_000, interval: 50 }).toHaveLength(1);
      await helper.close();
      return saving;
    });
    expect((await killed).exitCode).toBe(137);
    expect(house.locks()).toHaveLength(1);
    const words = ["forget", "--keep-last", "1000"];
    await inHelper(house.helping, helperUse(), ({ restic }) => restic.run("forget", words));
    expect(house.locks()).toEqual([]);
  });

  it("ends a helper that an earlier life has left at work before it clears that one's lock", async () => {
    // Killed with its process, but for the helper: its turns are forgotten, and restic goes on in it.
    const earlier = { ...house.helping, turns: openTurns() };
    const left = inHelper(earlier, { ...helperUse(), run: "earli" }, ({ restic }) =>
      restic.end(["backup", "--stdin"], { stdin: new PassThrough() }),
    );
    await expect.poll(() => house.locks(), { timeout: 30_000, interval: 50 }).toHaveLength(1);
    const words = ["forget", "--keep-last", "1000"];
    await inHelper(house.helping, helperUse(), ({ restic }) => restic.run("forget", words));
    // Interrupted, not killed.
    expect((await left).exitCode).toBe(130);
    expect(house.locks()).toEqual([]);
    expect(await house.helpers()).toEqual([]);
  });

  it("interrupts what works in a helper that is dropped: it takes its lock along", async () => {
    const earlier = { ...house.helping, turns: openTurns() };
    const use = { ...helperUse(), run: "earli" };
    const looked = Promise.withResolvers<undefined>();
    const left = inHelper(earlier, use, async ({ restic }) => {
      const { exitCode } = await restic.end(["backup", "--stdin"], { stdin: new PassThrough() });
      // As a process that has been killed: it ends no helper.
      await looked.promise;
      return exitCode;
    });
    await expect.poll(() => house.locks(), { timeout: 30_000, interval: 50 }).toHaveLength(1);
    // For 200 ms restic looks for other locks, and does not yet hold its own for one to take along.
    await new Promise((over) => setTimeout(over, 1000));
    expect(await house.helping.servers.swarmOf(use.server).dropHelpers("earli", [null])).toBe(1);
    expect(house.locks()).toEqual([]);
    looked.resolve(undefined);
    expect(await left).toBe(130);
    expect(await house.helpers()).toEqual([]);
  });

  it("ends restic that neither reads nor writes any more", async () => {
    const clock = new FakeClock();
    const slow = ["backup", "--limit-upload", "10", "/usr/bin/restic"];
    let looks = 0;
    const stop = async (helper: Inside["helper"]): Promise<void> => {
      await expect.poll(() => movedIn(helper), { timeout: 30_000 }).toBeGreaterThan(1_000_000);
      await helper.exec(["sh", "-c", "kill -STOP -1"]);
      expect(await movedIn(helper)).toBe(await movedIn(helper));
      for (; looks < 30; looks++) {
        await clock.turn(300_000);
        await new Promise((asked) => setTimeout(asked, 200));
      }
    };
    const still = inHelper({ ...house.helping, clock }, helperUse(), async ({ restic, helper }) => {
      const work = restic.run("back up", slow).finally(() => (looks = Infinity));
      await Promise.all([work, stop(helper)]);
    });
    await expect(still).rejects.toMatchObject({ code: "restic-still" });
    await inHelper(house.helping, helperUse(), ({ helper }) =>
      clearOwnLocks(house.helping, helperUse(), helper),
    );
    expect(house.locks()).toEqual([]);
    expect(await house.helpers()).toEqual([]);
  });

  function helperUse(): Parameters<typeof clearOwnLocks>[1] {
    const server = "local" as ServerName;
    return { server, node: null, run: "helps", repository: house.backups.repository("nightly") };
  }
});
