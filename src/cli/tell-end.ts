import { messageOf, Problem } from "../core/problem.ts";
import { endedUnexpectedly } from "../core/problems/house.ts";
import { redact } from "../core/secret.ts";

/**
 * Says on standard error why the program ends, in three lines and in words. What was thrown without being a
 * problem is a fault of ours; its trace is shown only where `TANDEM_LOG_LEVEL=debug` asks for it.
 */
export function tellEnd(thrown: unknown, env: NodeJS.ProcessEnv = process.env): void {
  const problem =
    thrown instanceof Problem ? thrown : endedUnexpectedly({ reason: firstLine(thrown) }, thrown);
  const { happened, means, remedy } = problem.text;
  process.stderr.write(redact(`${happened}\n${means}\n${remedy}\n`));
  if (env["TANDEM_LOG_LEVEL"] === "debug" && thrown instanceof Error)
    process.stderr.write(redact(`\n${thrown.stack ?? thrown.message}\n`));
}

function firstLine(thrown: unknown): string {
  return (messageOf(thrown).split("\n")[0] ?? "").replace(/\.$/, "");
}
