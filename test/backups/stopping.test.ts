import { expect, test } from "vitest";
import { startAgain } from "../../src/backups/stopping.ts";
import { FakeClock } from "../../src/core/clock.ts";

const row = (service: string, running: number, wanted: number) => ({ service, running, wanted });
const signal = new AbortController().signal;

/** What stands still when the app is started again as it was; `ran`: what did before. */
async function started(rows: ReturnType<typeof row>[], ran?: string[]): Promise<void> {
  const clock = new FakeClock();
  const swarm = { restore: () => Promise.resolve(), services: () => Promise.resolve(rows) };
  const plan = { app: "notes.example.coop", stack: "notes", before: { services: {} }, ran };
  const done = startAgain({ clock, swarm: swarm as never }, plan as never, signal);
  // Whoever waits for it looks only after the clock was turned.
  done.catch(() => undefined);
  await clock.turn(400_000);
  await done;
}

test("what ran before has to run again; a job that had ended does not", async () => {
  const rows = [row("app", 1, 1), row("migrate", 0, 1)];
  await started(rows, ["app"]);
  await expect(started(rows, ["app", "migrate"])).rejects.toMatchObject({ code: "backup-not-back" });
  // A plan of an earlier version does not say what ran.
  await expect(started(rows)).rejects.toThrow();
});
