/**
 * People who answer the run's questions and say what it waits for, by a script. Their words survive power
 * cuts.
 */
import type { Db } from "../../src/db/index.ts";
import type {
  ApprovalAsk,
  ApprovalsPort,
  ApprovalVerdict,
  Engine,
  RunDetail,
} from "../../src/workflow/index.ts";
import type { Scenario, Variant } from "./harness.ts";

export interface People extends ApprovalsPort {
  /** Answers one question or says one word; false when nothing is waited for. */
  act(engine: Engine, run: string): boolean;
  /** What is wrong with the questions now that the run is over. */
  wrong(detail: RunDetail): string[];
}

const verdicts = { approve: "approved", decline: "declined", expire: "expired" } as const;

export function openPeople<W>(db: Db, scenario: Scenario<W>, variant: Variant): People {
  db.sqlite.exec(
    "create table if not exists harness_ask (id text primary key, run text, step text, ask text, status text not null)",
  );
  const open = db.sqlite.prepare("insert into harness_ask values (?, ?, ?, ?, 'open')");
  const close = db.sqlite.prepare("update harness_ask set status = ? where id = ? and status = 'open'");
  const asks = db.sqlite.prepare<[], { id: string; run: string; step: string; ask: string; status: string }>(
    "select * from harness_ask order by rowid",
  );
  const said = new Map<string, number>();

  const answerOne = (engine: Engine): boolean => {
    const one = asks.all().find((row) => row.status === "open");
    if (one === undefined) return false;
    const declined = variant.kind === "declined" && variant.step === one.step;
    const ask = JSON.parse(one.ask) as ApprovalAsk;
    const status = verdicts[declined ? "decline" : (scenario.answer?.(ask) ?? "approve")];
    const voices = status === "approved" ? [{ member: "bo", via: "reaction", at: 1 }] : [];
    const verdict: ApprovalVerdict = { status, voices, by: "bo", why: "as scripted" };
    db.tx(() => {
      close.run(status, one.id);
      engine.signal(one.run, `approval:${one.step}`, verdict, one.id);
    });
    return true;
  };
  const sayOne = (engine: Engine, run: string): boolean => {
    const waiting = engine
      .show(run)
      ?.steps.filter((step) => step.kind === "wait" && step.status === "waiting");
    for (const wait of waiting ?? []) {
      for (const topic of wait.key
        .replace(/^wait:/, "")
        .replace(/#\d+$/, "")
        .split("|")) {
        const n = said.get(topic) ?? 0;
        const words = scenario.says?.[topic] ?? [];
        if (n >= words.length) continue;
        said.set(topic, n + 1);
        engine.signal(run, topic, words[n], `${topic} ${n}`);
        return true;
      }
    }
    return false;
  };

  return {
    open: ({ id, run, step, ask }) => void open.run(id, run, step, JSON.stringify(ask)),
    withdraw: (id) => void close.run("withdrawn", id),
    act: (engine, run) => answerOne(engine) || sayOne(engine, run),
    wrong: () =>
      asks
        .all()
        .filter((row) => row.status === "open")
        .map((row) => `the question ${row.id} is still open`),
  };
}
