import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { FakeClock, type Clock } from "../../../src/core/clock.ts";
import { openDb, type Db } from "../../../src/db/index.ts";
import { openEngine, type Engine, type EngineOptions } from "../../../src/workflow/index.ts";
import type { Contest, Contestant, Stories } from "./contestant.ts";

/** Turns of the event loop after which whatever needs no time has happened. */
const settledTurns = 25;
const slices = 20;

export async function settle(turns = settledTurns): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((next) => setImmediate(next));
}

/** A database and a clock that belong to one process: after `kill` it can neither write nor be woken. */
export function mortal(db: Db, clock: Clock): { db: Db; clock: Clock; kill(): void } {
  let dead = false;
  const alive = <T>(change: () => T): T => {
    if (dead) throw new Error("this process is gone");
    return change();
  };
  return {
    db: {
      ...db,
      tx: (change) => db.tx(() => alive(change)),
      write: (change) =>
        new Promise((done, failed) => {
          db.write(() => alive(change)).then(
            (value) => (dead ? undefined : done(value)),
            (thrown: unknown) => (dead ? undefined : failed(thrown as Error)),
          );
        }),
      afterCommit: (then) => db.afterCommit(() => (dead ? undefined : then())),
    },
    clock: {
      now: () => clock.now(),
      at: (at, wake) => clock.at(at, () => (dead ? undefined : wake())),
      after: (ms, wake) => clock.after(ms, () => (dead ? undefined : wake())),
    },
    kill: () => (dead = true),
  };
}

/** Our own engine; `keepParked` 0 drops every parked run from memory, so that each wake is a replay. */
export function ownEngine(name: string, keepParked?: number): Contest {
  return { name, fakeTime: true, enter: (stories) => Promise.resolve(enter(stories, keepParked)) };
}

/** A migrated database, made once and copied: migrating for every case would take most of the time. */
let template: string | undefined;

export function freshDb(): Db {
  const folder = (): string => mkdtempSync(path.join(tmpdir(), "tandem-engine-"));
  if (template === undefined) {
    const file = path.join(folder(), "template.db");
    openDb(file).close();
    template = file;
  }
  const file = path.join(folder(), "tandem.db");
  copyFileSync(template, file);
  return openDb(file);
}

function enter(first: Stories, keepParked: number | undefined): Contestant {
  const db = freshDb();
  db.sqlite.exec("create table world (n integer primary key, text text not null)");
  const add = db.sqlite.prepare("insert into world (text) values (?)");
  const all = db.sqlite.prepare<[], string>("select text from world order by n").pluck();
  const clock = new FakeClock();
  let stories = first;
  let life = mortal(db, clock);
  let engine = boot();

  function boot(): Engine {
    const options: EngineOptions = {
      db: life.db,
      clock: life.clock,
      trades: {} as never,
      ...(keepParked !== undefined && { keepParked }),
    };
    const booted = openEngine(options);
    for (const [name, story] of Object.entries(stories)) booted.register(name, story);
    booted.recover();
    return booted;
  }

  return {
    start: (story, input = null, key) =>
      Promise.resolve(
        engine.start(story, input, { ...(key !== undefined && { key }), askedBy: "ana", place: null }).runId,
      ),
    signal: (run, topic, payload, dedupe) => {
      engine.signal(run, topic, payload, dedupe);
      return Promise.resolve();
    },
    cancel: (run, why = "changed my mind") => {
      engine.cancel(run, "bo", why);
      return Promise.resolve();
    },
    result: (run) => engine.result(run),
    look: (run) => {
      const { status, waitsFor, steps } = engine.show(run) ?? { status: "?", waitsFor: null, steps: [] };
      return Promise.resolve({
        status,
        waitsFor,
        steps: Object.fromEntries(steps.map((step) => [step.key, step.status])),
      });
    },
    async restart(changed) {
      life.kill();
      stories = changed ?? stories;
      life = mortal(db, clock);
      engine = boot();
      await settle();
    },
    async pass(ms) {
      // In slices, because what an alarm wakes may set the next one only some turns later.
      const end = clock.now() + ms;
      for (let slice = 1; slice <= slices; slice++) {
        await settle();
        await clock.turn(Math.max(0, Math.round(end - (ms * (slices - slice)) / slices) - clock.now()));
      }
      await settle();
    },
    settle: () => settle(),
    now: () => clock.now(),
    rows: { add: (text) => void add.run(text), all: () => all.all() },
    async close() {
      await engine.stop();
      db.close();
    },
  };
}
