/** Tells one workflow on the real engine, with people who answer by a script, and keeps what was said. */
import type { Message } from "../../src/chat/message.ts";
import { render } from "../../src/chat/render.ts";
import type { Clock } from "../../src/core/clock.ts";
import type { ApprovalAsk } from "../../src/workflow/define.ts";
import {
  openEngine,
  type AnyWorkflow,
  type ApprovalVerdict,
  type Outcome,
  type Trades,
} from "../../src/workflow/index.ts";
import type { House } from "../apps/house.ts";

export interface Told extends Outcome {
  run: string;
  asked: ApprovalAsk[];
  /** Everything that people would read, in order. */
  text: string;
  steps: string[];
}

/** As for apps of a co-op without a repository. */
export const backedUpNowhere = {
  policyOf: () => ({ repository: null, mode: "running" }),
} as unknown as Trades["backups"];

/** `answer` is called for each question before it is answered with yes; false declines it. */
export async function tell(
  { db, clock, ...house }: Pick<House, "db" | "apps"> & { clock: Clock } & Partial<Trades>,
  workflow: AnyWorkflow,
  input: unknown,
  answer: (ask: ApprovalAsk, n: number) => boolean | Promise<boolean> = () => true,
  { others = {}, askedBy = "ana" }: { others?: Record<string, AnyWorkflow>; askedBy?: string | null } = {},
): Promise<Told> {
  const asked: ApprovalAsk[] = [];
  const engine = openEngine({
    db,
    clock,
    trades: { backups: backedUpNowhere, ...house } as Partial<Trades> as Trades,
    approvals: {
      open: ({ id, run, step, ask }) =>
        db.afterCommit(() => {
          asked.push(ask);
          void Promise.resolve(answer(ask, asked.length)).then((yes) => {
            const voices = yes ? [{ member: "mia", via: "reaction", at: clock.now() }] : [];
            const verdict: ApprovalVerdict = {
              status: yes ? "approved" : "declined",
              voices,
              by: "mia",
              why: "not now",
            };
            engine.signal(run, `approval:${step}`, verdict, id);
          });
        }),
      withdraw: () => undefined,
    },
  });
  engine.register("story", workflow);
  for (const [name, story] of Object.entries(others)) engine.register(name, story);
  engine.recover();
  const { runId } = engine.start("story", input, { askedBy, place: null });
  const outcome = await engine.result(runId);
  const steps = engine.show(runId)?.steps.map(({ key }) => key) ?? [];
  await engine.stop();
  const end = outcome.problem ?? null;
  const text = [
    ...asked.map((ask) => render(ask.ask).body),
    ...(outcome.output === null ? [] : [render(outcome.output as Message).body]),
    ...(end === null ? [] : [`${end.happened}\n${end.means}\n${end.remedy}`]),
  ].join("\n\n");
  return { ...outcome, run: runId, asked, steps, text: `${text}\n` };
}
