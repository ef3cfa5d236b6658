/** Commands in containers that hang: they are given up and ended, and none is begun beside an earlier try of it. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import { endCommand, marking, markOf } from "../../src/backups/ending.ts";
import { runHook } from "../../src/backups/hooks.ts";
import { inTime } from "../../src/backups/in-time.ts";
import { FakeClock, systemClock } from "../../src/core/clock.ts";

const hourMs = 3_600_000;
const hook = { service: "db", command: "pg_dump > /data/backup.sql" };

/** A container in which a hook ends when it is told to, or never; `left`: how ending it goes. */
function container(left: number, ends?: number) {
  const said: string[] = [];
  const clock = new FakeClock();
  const swarm = {
    execRedacted(_stack: string, _service: string, { env, signal }: { env: object; signal: AbortSignal }) {
      said.push(`begin ${Object.values(env).join()}`);
      if (ends !== undefined) return Promise.resolve({ exitCode: ends, output: "" });
      return new Promise((_, failed) =>
        signal.addEventListener("abort", () => failed(signal.reason as Error), { once: true }),
      );
    },
    exec(_stack: string, _service: string, { argv }: { argv: string[] }) {
      said.push(`end ${argv.at(-1) ?? ""}`);
      return Promise.resolve({ exitCode: left });
    },
  };
  const place = { ...{ swarm: swarm as never, app: "notes.example.coop", stack: "notes" }, clock, hours: 1 };
  return { said, clock, place: { ...place, run: "bakor", isAgain: false } };
}
const { signal } = new AbortController();

test.each([
  [0, "The command was ended in its container."],
  [1, "The command may still run in its container."],
  [3, "The command may still run in its container."],
])(
  "a hook that hangs is given up after an hour, and it is said what became of it (%s)",
  async (left, words) => {
    const { said, clock, place } = container(left);
    const done = runHook(place, hook, "pre-hook", signal);
    done.catch(() => undefined);
    await clock.turn(hourMs - 1);
    expect(said).toEqual(["begin bakor pre-hook"]);
    await clock.turn(1);
    const thrown = await done.catch((one: unknown) => one);
    expect(thrown).toMatchObject({ code: "command-took-too-long" });
    expect((thrown as { text: { means: string } }).text.means).toContain(words);
    expect(said).toEqual(["begin bakor pre-hook", "end TANDEM_COMMAND=bakor pre-hook"]);
  },
);

test("one that is cancelled is ended as well, and the reason stays that of the cancel", async () => {
  const { said, place } = container(0);
  const cancel = new AbortController();
  const done = runHook(place, hook, "pre-hook", cancel.signal);
  cancel.abort(new Error("cancelled"));
  await expect(done).rejects.toThrow("cancelled");
  expect(said).toContain("end TANDEM_COMMAND=bakor pre-hook");
});

test("an earlier try is ended before it is begun again; where it cannot be, it is not begun", async () => {
  const again = container(0, 0);
  await runHook({ ...again.place, isAgain: true }, hook, "pre-hook", signal);
  expect(again.said).toEqual(["end TANDEM_COMMAND=bakor pre-hook", "begin bakor pre-hook"]);
  const stuck = container(1, 0);
  const done = runHook({ ...stuck.place, isAgain: true }, hook, "pre-hook", signal);
  await expect(done).rejects.toMatchObject({ code: "command-still-runs" });
  expect(stuck.said).toEqual(["end TANDEM_COMMAND=bakor pre-hook"]);
});

test("what says that it is alive may take as long as it takes, and is given up an hour after its last word", async () => {
  const clock = new FakeClock();
  let speak: () => void = () => undefined;
  const done = inTime({ clock, hours: 1 }, signal, (until, isAlive) => {
    speak = isAlive;
    return new Promise((_, failed) => until.addEventListener("abort", () => failed(until.reason as Error)));
  });
  let isOver = false;
  void done.then(() => (isOver = true));
  for (let n = 0; n < 5; n++) {
    await clock.turn(hourMs / 2);
    speak();
  }
  await clock.turn(hourMs - 1);
  expect(isOver).toBe(false);
  await clock.turn(1);
  expect(await done).toMatchObject({ isLate: true });
});

const begun: ChildProcess[] = [];
afterAll(() => begun.forEach((child) => child.kill("SIGKILL")));

/** Begins it here, and answers its process once it has printed something. */
async function begin(
  [file = "", ...words]: string[],
  env: Record<string, string> = {},
): Promise<ChildProcess> {
  const child = spawn(file, words, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "ignore"] });
  begun.push(child);
  await new Promise((go) => child.stdout.once("data", go));
  return child;
}

test("a command is ended with all that it has begun, and nothing else is", { timeout: 60_000 }, async () => {
  const swarm = {
    exec: (_stack: string, _service: string, { argv: [file = "", ...words] }: { argv: string[] }) =>
      Promise.resolve({ exitCode: spawnSync(file, words).status }),
  };
  const at = { swarm: swarm as never, stack: "notes", clock: systemClock };
  const name = `test${process.pid} pre-hook`;
  const run = "trap '' TERM; sleep 300 & env -i sleep 300 & echo $!; wait";
  const ours = await begin(["sh", "-c", run], markOf(name));
  const marked = await begin([...marking(name), "sh", "-c", "echo up; sleep 300"]);
  const other = await begin(["sh", "-c", "echo up; exec sleep 300"], markOf(`of another ${name}`));
  const gone = Promise.all([ours, marked].map((child) => new Promise((go) => child.once("exit", go))));
  expect(await endCommand(at, "db", name)).toBe("ended");
  await gone;
  expect(other.exitCode ?? other.signalCode).toBe(null);
  expect(await endCommand(at, "db", name)).toBe("unknown");
});
