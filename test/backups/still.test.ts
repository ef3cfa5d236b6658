/** restic that waits for itself and would never end: it is noticed by what it reads and writes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { movedIn, resticIn } from "../../src/backups/restic/run.ts";
import { movedBytes, unlessStill } from "../../src/backups/restic/still.ts";
import { resticWith } from "../../src/backups/self/restic-here.ts";
import { durationMs, FakeClock } from "../../src/core/clock.ts";
import type { HelperCommand, HelperEnd } from "../../src/swarm/index.ts";

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

/** As a command of the engine: it ends when it is told to. */
const endless = (signal?: AbortSignal): Promise<never> =>
  new Promise((_, failed) => {
    signal?.addEventListener("abort", () => failed(signal.reason as Error));
  });
const about = { repository: "nightly", words: ["--json", "backup", "/data"] };
const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value,
    (thrown: unknown) => (thrown as { code?: string }).code ?? thrown,
  );

describe("what has read and written nothing for twenty minutes", () => {
  test("is ended, and said to stand still", async () => {
    let [bytes, looks] = [1000, 0];
    const moved = () => (looks++, Promise.resolve((bytes += 10_000)));
    let ended: unknown;
    void outcome(unlessStill({ clock, moved }, endless, about)).then((end) => (ended = end));
    await clock.turn(durationMs("25m") - 1);
    expect([ended, looks]).toEqual([undefined, 4]);
    await clock.turn(1);
    expect(ended).toBe("restic-still");
    await clock.turn(durationMs("1h"));
    expect(looks).toBe(5);
  });

  test("is not what moves, however slowly, or cannot be asked", async () => {
    for (const step of [70_000, -70_000, NaN]) {
      let [bytes, looks] = [1e9, 0];
      const moved = () => {
        looks++;
        return Number.isNaN(step) ? Promise.reject(new Error("away")) : Promise.resolve((bytes += step));
      };
      const aborted = new AbortController();
      const end = outcome(unlessStill({ clock, moved }, endless, { ...about, signal: aborted.signal }));
      await clock.turn(durationMs("5h"));
      expect(looks).toBe(60);
      aborted.abort(new Error("cancelled"));
      expect(await end).toEqual(new Error("cancelled"));
      await clock.turn(durationMs("1h"));
      expect(looks).toBe(60);
    }
  });

  test("is not what has ended before", async () => {
    let looks = 0;
    const moved = () => (looks++, Promise.resolve(0));
    expect(await unlessStill({ clock, moved }, () => Promise.resolve("saved"), about)).toBe("saved");
    await clock.turn(durationMs("1h"));
    expect(looks).toBe(0);
  });
});

describe("restic in a helper", () => {
  const io = (read: number, written: number): string => `rchar: ${read}\nwchar: ${written}\nsyscr: 9\n`;
  /** A helper whose restic never ends, and in which this is moved. */
  const helperWith = (stdout: string) => ({
    exec: (argv: readonly string[], { signal }: HelperCommand = {}): Promise<HelperEnd> =>
      argv[0] === "sh" ? Promise.resolve({ exitCode: 0, stdout, stderr: "" }) : endless(signal),
  });
  const begun = (stdout: string, options?: HelperCommand): Promise<unknown> => {
    const helper = helperWith(stdout);
    const watched = { clock, moved: () => movedIn(helper) };
    const access = { words: ["restic"], env: {}, files: [], mounts: [], network: false };
    return outcome(resticIn(helper, access, "nightly", watched).run("back up", ["backup"], options));
  };

  test("is watched by what all its processes move", async () => {
    expect(movedBytes(io(5, 7) + io(100, 0))).toBe(112);
    expect(movedBytes("")).toBeUndefined();
    const end = begun(io(5, 7));
    await clock.turn(durationMs("25m"));
    expect(await end).toBe("restic-still");
  });

  test.each([
    ["is fed stands still when its source does", { stdin: Buffer.from("x") }],
    ["is read stands still when its reader does", { onStdout: () => undefined }],
  ])("that %s, and is not ended", async (_, streamed) => {
    const aborted = new AbortController();
    const end = begun(io(5, 7), { ...streamed, signal: aborted.signal });
    await clock.turn(durationMs("2h"));
    aborted.abort(new Error("cancelled"));
    expect(await end).toEqual(new Error("cancelled"));
  });
});

describe.skipIf(process.platform !== "linux")("restic as a program of this machine", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-still-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("is ended when it stands still, and not while it works", async () => {
    const script = path.join(folder, "restic");
    writeFileSync(script, "exec sleep 1000");
    const still = outcome(
      resticWith(["sh", script], {}, { name: "own", clock }).run("back up Tandem itself", ["backup"]),
    );
    let ended: unknown;
    void still.then((end) => (ended = end));
    // Reading what the system says of a process takes its time, in which this clock does not move.
    for (let looks = 0; ended === undefined && looks < 12; looks++) {
      await clock.turn(durationMs("5m"));
      await new Promise((soon) => setTimeout(soon, 50));
      if (looks < 4) expect(ended).toBeUndefined();
    }
    expect(ended).toBe("restic-still");
  });
});
