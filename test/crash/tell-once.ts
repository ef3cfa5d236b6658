/**
 * One telling of a scenario: with its variant, with the power cut where it is asked, and what was wrong
 * afterwards.
 */
import { isDeepStrictEqual, inspect } from "node:util";
import type { Statement } from "better-sqlite3";
import type { Db } from "../../src/db/index.ts";
import { openEngine, type Engine, type RunDetail, type Trades } from "../../src/workflow/index.ts";
import { JumpingClock } from "./clock.ts";
import type { Expected, Scenario, Variant } from "./harness.ts";
import { openPeople, type People } from "./people.ts";
import { openWitness } from "./witness.ts";

class PowerCut extends Error {}

export interface Telling {
  /** Every point at which the power could have been cut, in order. */
  points: string[];
  detail: RunDetail | undefined;
  violations: string[];
}

/**
 * Tells the story once. `cuts`: at which point each life of the process ends, counted from its start; after the
 * last one nothing is cut any more.
 */
export async function tellOnce<W>(
  db: Db,
  scenario: Scenario<W>,
  variant: Variant,
  cuts: number[],
): Promise<Telling> {
  prepareOnce(db);
  empty(db);
  const clock = new JumpingClock();
  const world = scenario.world(db);
  const people = openPeople(db, scenario, variant);
  const witness = openWitness(db, variant);
  const trades = scenario.trades(world, db, clock) as Trades;
  const points: string[] = [];
  /** Where each life of the process ended. */
  const endedAt: string[] = [];
  /** The run, once it is started, and whether its cancel was said. */
  const told = { run: "", said: false };
  const changes = db.sqlite.prepare<[], number>("select total_changes()").pluck();
  const progress = (): number => points.length + (changes.get() ?? 0);

  const boot = (cutAt: number | undefined): { engine: Engine; cut: () => boolean } => {
    let passed = 0;
    let cut = false;
    const engine = (scenario.openEngine ?? openEngine)({
      db,
      clock,
      trades,
      approvals: people,
      record: witness.record,
      probe(point, ofRun, step) {
        points.push(`${point}${step === null ? "" : ` ${step}`}`);
        if (told.run === "") told.run = ofRun;
        if (variant.kind === "cancelled" && points.length - 1 === variant.at && !told.said) {
          told.said = true;
          if (engine.show(told.run)?.finishedAt === null) engine.cancel(told.run, "bo", "at this point");
        }
        if (passed++ === cutAt) {
          cut = true;
          endedAt.push(`${passed - 1} (${points.at(-1) ?? "?"})`);
          throw new PowerCut(point);
        }
      },
    });
    for (const [name, story] of Object.entries({ ...scenario.others, [scenario.name]: scenario.workflow }))
      engine.register(name, witness.watch(story, name, name === scenario.name));
    return { engine, cut: () => cut };
  };

  let stuck = false;
  let life = boot(cuts[0]);
  life.engine.recover();
  const { runId: run } = life.engine.start(scenario.name, scenario.input, {
    key: "the run",
    askedBy: "ana",
    place: null,
  });
  for (let n = 0; ; n++) {
    stuck = !(await drive({ ...life, run, clock, people, progress }));
    if (!life.cut()) break;
    clock.forget();
    life = boot(cuts[n + 1]);
    life.engine.recover();
  }
  const detail = life.engine.show(run);
  const wrong = stuck ? ["it never ended"] : [];
  if (detail !== undefined) {
    wrong.push(...witness.wrong(detail, cuts.length), ...people.wrong(detail));
    wrong.push(...differences(scenario.expect(variant, cuts), detail, scenario.see(world, db)));
  }
  await life.engine.stop();
  const cutWhere = endedAt.length === 0 ? "nothing" : endedAt.join(", then ");
  const where = `${scenario.name} / ${nameOf(variant)} / cut at ${cutWhere}`;
  return { points, detail, violations: wrong.map((what) => `${where}: ${what}`) };
}

const preparing = new WeakSet<Db>();

/**
 * From now on a statement that was prepared before is handed out again: each telling opens everything anew, and
 * preparing took a tenth of the time of all of them. Whoever gives the same words to two statements must read both in
 * the same way (`pluck`, `raw`).
 */
function prepareOnce(db: Db): void {
  if (preparing.has(db)) return;
  preparing.add(db);
  const { sqlite } = db;
  const prepare = sqlite.prepare.bind(sqlite);
  const statements = new Map<string, unknown>();
  const known = (sql: string): unknown => {
    const statement = statements.get(sql) ?? prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  sqlite.prepare = known as Db["sqlite"]["prepare"];
}

interface Tables {
  /** The names of those that have rows. */
  used: Statement<[], string>;
  /** In an order in which none is cleared before those that refer to it, as far as it is known. */
  clear: Map<string, Statement<[]>>;
}

/** Made once per schema: this is done thousands of times. */
const tablesOf = new WeakMap<Db, Tables & { schema: number }>();

/** As new, but for the migrations. */
function empty(db: Db): void {
  const tables = tablesIn(db);
  let left = tables.used.all();
  if (left.length === 0) return;
  const order = [...tables.clear.keys()];
  left.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  while (left.length > 0) {
    const before = left.length;
    left = left.filter((table) => !cleared(tables, table));
    if (left.length === before) throw new Error("these tables refer to each other in a ring");
  }
}

function tablesIn(db: Db): Tables {
  const known = tablesOf.get(db);
  const schema = db.sqlite.pragma("schema_version", { simple: true }) as number;
  if (known?.schema === schema) return known;
  const all = db.sqlite
    .prepare<[], { name: string; type: string }>(
      "select name, type from sqlite_schema where type in ('table', 'trigger') and name not like '\\_\\_%' escape '\\'",
    )
    .all();
  // The triggers that keep the audit append-only would keep it from being emptied.
  for (const { name, type } of all) if (type === "trigger") db.sqlite.exec(`drop trigger "${name}"`);
  const names = all.filter(({ type }) => type === "table").map(({ name }) => name);
  const used = names.map((name) => `select '${name}' where exists (select 1 from "${name}")`);
  const tables = {
    used: db.sqlite.prepare<[], string>(used.join(" union all ")).pluck(),
    clear: new Map(names.map((name) => [name, db.sqlite.prepare<[]>(`delete from "${name}"`)])),
    schema: db.sqlite.pragma("schema_version", { simple: true }) as number,
  };
  tablesOf.set(db, tables);
  return tables;
}

/** False while rows of another table still refer to its rows. (Switching that check off would cost 5 ms each time.) */
function cleared({ clear }: Tables, table: string): boolean {
  const statement = clear.get(table);
  try {
    statement?.run();
    return true;
  } catch {
    // The next time it is cleared after those that refer to it.
    clear.delete(table);
    if (statement !== undefined) clear.set(table, statement);
    return false;
  }
}

/** Quiet turns after which nothing will happen any more without an answer or an alarm. */
const quietTurns = 4;
const mostRounds = 4000;
const mostPatience = 3;

interface Life {
  engine: Engine;
  run: string;
  clock: JumpingClock;
  people: People;
  cut: () => boolean;
  /** Grows with whatever happens. */
  progress: () => number;
}

/** Goes on until the run is finished or the power is cut; false when it hangs. */
async function drive({ engine, run, clock, people, cut, progress }: Life): Promise<boolean> {
  const finished = openFinished(engine, run);
  let patience = 0;
  let before = -1;
  for (let round = 0; round < mostRounds; round++) {
    for (let turn = 0; turn < quietTurns; turn++) await new Promise((next) => setImmediate(next));
    if (cut() || finished()) return true;
    const now = progress();
    if (now !== before) {
      before = now;
      continue;
    }
    if (people.act(engine, run)) continue;
    // A trade that really waits (for a file, say) is given real time before the clock jumps over its timeout.
    if (engine.stats().stepsInFlight > 0 && patience++ < mostPatience) {
      await new Promise((next) => setTimeout(next, 1));
      continue;
    }
    patience = 0;
    if (!clock.jump()) return false;
  }
  return false;
}

function openFinished(engine: Engine, run: string): () => boolean {
  let over = false;
  void engine.result(run).then(() => (over = true));
  return () => over;
}

function differences(expected: Expected | Expected[], detail: RunDetail, seen: unknown): string[] {
  const ways = Array.isArray(expected) ? expected : [expected];
  const fits = (way: Expected): boolean =>
    way.status === detail.status &&
    isDeepStrictEqual(way.world, seen) &&
    (way.problem === undefined || way.problem === detail.problem?.code);
  if (ways.some(fits)) return [];
  const is = { status: detail.status, problem: detail.problem?.code, world: seen };
  return [`it is ${inspect(is, { depth: 6 })}, expected ${inspect(expected, { depth: 6 })}`];
}

function nameOf(variant: Variant): string {
  if (variant.kind === "cancelled") return `cancelled at ${variant.point}`;
  if (variant.kind === "fails") return `${variant.step} fails ${variant.when}`;
  return variant.kind === "calm" ? "calm" : `${variant.step} ${variant.kind}`;
}
