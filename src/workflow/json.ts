import { messageOf, type Problem } from "../core/problem.ts";
import { stepResultUnfit } from "../core/problems/workflow.ts";
import type { ProblemJson } from "../core/problem.ts";
import { mostJsonLength } from "./limits.ts";

/** A result as the journal keeps it; null stands for undefined. Throws `step-result-unfit`. */
export function jsonOf(value: unknown, step: string): string | null {
  if (value === undefined) return null;
  if (typeof value === "function" || typeof value === "symbol")
    throw stepResultUnfit({ step, reason: `it is a ${typeof value}` });
  const text = stringify(value, step);
  if (text.length > mostJsonLength)
    throw stepResultUnfit({ step, reason: `${text.length} characters are too many` });
  return text;
}

function stringify(value: unknown, step: string): string {
  try {
    return JSON.stringify(value);
  } catch (thrown) {
    throw stepResultUnfit({ step, reason: messageOf(thrown) }, thrown);
  }
}

/** The value back from the journal. */
export function valueOf(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text);
}

export function problemText(problem: Problem): string {
  return JSON.stringify(problem);
}

export function problemOf(text: string | null): ProblemJson | null {
  return text === null ? null : (JSON.parse(text) as ProblemJson);
}
