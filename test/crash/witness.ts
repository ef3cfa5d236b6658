/** Watches the steps of a story, makes one fail where the variant says so, and says what no story may do. */
import { problem } from "../../src/core/problem.ts";
import type { Db } from "../../src/db/index.ts";
import type {
  AnyWorkflow,
  RunDetail,
  RunEvent,
  StepContext,
  StepOptions,
  Tools,
} from "../../src/workflow/index.ts";
import type { Variant } from "./harness.ts";

export interface Witness {
  /** The story with its steps watched; in the main one the variant's step fails. */
  watch(story: AnyWorkflow, name: string, main: boolean): AnyWorkflow;
  record: (event: RunEvent) => void;
  wrong(detail: RunDetail, cuts: number): string[];
}

export const injected = problem(
  "injected",
  ({ step }: { step: string }) => ({
    happened: `${step} was made to fail.`,
    means: "A test.",
    remedy: "None.",
  }),
  { step: "apply" },
);

type Work = (context: StepContext) => unknown;

export function openWitness(db: Db, variant: Variant): Witness {
  db.sqlite.exec(
    `create table if not exists harness_tx (key text);
     create table if not exists harness_event (seq integer primary key, run text, kind text, step text)`,
  );
  const txDone = db.sqlite.prepare("insert into harness_tx values (?)");
  const eventSeen = db.sqlite.prepare("insert into harness_event (run, kind, step) values (?, ?, ?)");
  /** Effects begun, by idempotency key. */
  const effects = new Map<string, number>();
  let stumbled = false;

  /** Names of the stories that are watched. */
  const names = new Map<AnyWorkflow, string>();
  /**
   * Counts an effect from its beginning; one that fails by itself is tried again by right and does not count.
   */
  const counted = async (key: string, effect: () => unknown): Promise<unknown> => {
    effects.set(key, (effects.get(key) ?? 0) + 1);
    try {
      return await effect();
    } catch (thrown) {
      effects.set(key, (effects.get(key) ?? 0) - 1);
      throw thrown;
    }
  };
  const harm = (main: boolean, key: string, when: "before" | "half-way"): void => {
    if (!main) return;
    if (variant.kind === "fails" && variant.step === key && variant.when === when)
      throw injected({ step: key });
    if (variant.kind === "stumbles" && variant.step === key && when === "half-way" && !stumbled) {
      stumbled = true;
      throw new Error("stumbled");
    }
  };

  const watchedTools = (tools: Tools, main: boolean): Tools => {
    const keyIn = (context: StepContext): string => context.key.slice(tools.run.id.length + 1);
    const step = (name: string, work: Work, options: StepOptions<unknown> = {}): Promise<unknown> => {
      const { undo } = options;
      return tools.step<unknown>(
        name,
        async (context) => {
          const key = keyIn(context);
          harm(main, key, "before");
          const value = await counted(context.key, () => work(context));
          harm(main, key, "half-way");
          return value;
        },
        {
          ...options,
          ...(undo && {
            undo: (value: unknown, context: StepContext) => counted(context.key, () => undo(value, context)),
          }),
        },
      );
    };
    let txUsed = new Map<string, number>();
    const tx = (name: string, change: () => unknown): Promise<unknown> => {
      const n = (txUsed.get(name) ?? 0) + 1;
      txUsed = txUsed.set(name, n);
      const key = n === 1 ? name : `${name}#${n}`;
      return tools.tx<unknown>(name, () => {
        harm(main, key, "before");
        const value = change();
        txDone.run(`${tools.run.id}/${key}`);
        harm(main, key, "half-way");
        return value;
      });
    };
    // The engine knows the watched story, the telling one names the story as it is written.
    const child = (name: string, story: AnyWorkflow, input: unknown): Promise<unknown> =>
      tools.child<unknown, unknown>(name, (names.get(story) ?? story) as never, input);
    return Object.assign(Object.create(tools) as Tools, { step, tx, child });
  };

  return {
    watch(story, name, main) {
      names.set(story, name);
      return {
        ...story,
        run: (tools, input: unknown) =>
          story.run(watchedTools(tools, main) as typeof tools, input) as Promise<unknown>,
      };
    },
    record: (event) => void eventSeen.run(event.run.id, event.kind, event.step?.key ?? ""),
    wrong: (detail, cuts) => [
      ...wrongJournal(detail),
      ...wrongEffects(effects, variant, detail, cuts),
      ...wrongTransactions(db, detail),
      ...wrongEvents(db),
      ...wrongAfterCancel(db, detail),
    ],
  };
}

function wrongJournal({ steps, status, finishedAt }: RunDetail): string[] {
  const wrong = steps
    .filter((step) => step.status !== "done" && step.status !== "failed")
    .map((step) => `${step.key} is left ${step.status}`);
  if (finishedAt === null) wrong.push("the run is not finished");
  if (status === "undone" || status === "cancelled")
    for (const step of steps)
      if (step.undo !== null && step.undo !== "done") wrong.push(`the undo of ${step.key} is ${step.undo}`);
  return wrong;
}

/** At least once, and not more often than it was cut or stumbled: each key names one effect. */
function wrongEffects(
  effects: Map<string, number>,
  variant: Variant,
  detail: RunDetail,
  cuts: number,
): string[] {
  const wrong: string[] = [];
  for (const [key, times] of effects) {
    const stumbles = variant.kind === "stumbles" && key.endsWith(`/${variant.step}`) ? 1 : 0;
    if (times > 1 + cuts + stumbles) wrong.push(`the effect of ${key} happened ${times} times`);
  }
  for (const step of detail.steps)
    if (step.kind === "step" && step.status === "done" && (effects.get(`${detail.id}/${step.key}`) ?? 0) < 1)
      wrong.push(`${step.key} is done without its effect`);
  return wrong;
}

function wrongTransactions(db: Db, detail: RunDetail): string[] {
  const rows = db.sqlite
    .prepare<[], { key: string; n: number }>("select key, count(*) as n from harness_tx group by key")
    .all();
  const wrong = rows
    .filter((row) => row.n !== 1)
    .map((row) => `the transaction ${row.key} is there ${row.n} times`);
  for (const step of detail.steps) {
    if (step.kind !== "tx") continue;
    const there = rows.some((row) => row.key === `${detail.id}/${step.key}`);
    if (there !== (step.status === "done"))
      wrong.push(`the transaction ${step.key} is ${step.status}, its rows are ${there ? "" : "not "}there`);
  }
  return wrong;
}

/**
 * A run that ended well in spite of a cancel must not have begun anything after it: the cancel came too late,
 * or was told.
 */
function wrongAfterCancel(db: Db, { id, status, steps }: RunDetail): string[] {
  if (status !== "done" || steps.some((step) => step.problem?.code === "run-cancelled")) return [];
  return db.sqlite
    .prepare<[string, string], { step: string }>(
      // A bare column beside min() is of the row of the minimum. What is told only when done was begun unseen.
      `select step, kind, min(seq) as first from harness_event where run = ? and step <> '' group by step
       having first > (select min(seq) from harness_event where run = ? and kind = 'cancel asked')
       and kind in ('step started', 'waiting')`,
    )
    .all(id, id)
    .map((row) => `${row.step} was begun after the cancel`);
}

function wrongEvents(db: Db): string[] {
  return db.sqlite
    .prepare<[], { run: string; kind: string; step: string; n: number }>(
      `select run, kind, step, count(*) as n from harness_event
       where kind in ('run started', 'run finished', 'step done', 'step failed', 'undo done')
       group by run, kind, step having n > 1`,
    )
    .all()
    .map((row) => `"${row.kind}" of ${row.step === "" ? row.run : row.step} was told ${row.n} times`);
}
