/** Upgrades one after the other, where one that fails is an answer and not the end of the story. */
import type { Message } from "../../src/chat/message.ts";
import { Problem, type ProblemJson } from "../../src/core/problem.ts";
import { drillCancelled } from "../../src/core/problems/restoring.ts";
import { childCancelled, runCancelled } from "../../src/core/problems/workflow.ts";

export type HowItWent =
  { ok: true; message: Message } | { ok: false; problem: ProblemJson; isCancelled: boolean };

/** A problem of the upgrade becomes an answer; a cancel of the whole run goes on being one. */
export async function howItWent(upgrade: Promise<unknown>): Promise<HowItWent> {
  try {
    return { ok: true, message: (await upgrade) as Message };
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code === runCancelled.code) throw thrown;
    return { ok: false, problem: thrown.toJSON(), isCancelled: isCancel(thrown) };
  }
}

/** Whether somebody ended it: this run, or one that it had begun. */
export function isCancel({ code }: Pick<Problem, "code">): boolean {
  return code === runCancelled.code || code === childCancelled.code || code === drillCancelled.code;
}
