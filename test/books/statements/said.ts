import { Problem } from "../../../src/core/problem.ts";
import { readStatements, type HowToRead, type Statement } from "../../../src/books/statements/index.ts";
import { encoded } from "./writers.ts";

/** The code of the Problem and what happened; `undefined`: there was none. Anything else is thrown on. */
export function problemOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Problem) return `${thrown.code}: ${thrown.text.happened}`;
    throw thrown;
  }
  return undefined;
}

export function read(content: string | Uint8Array, how: HowToRead): Statement[] {
  return readStatements(typeof content === "string" ? encoded(content) : content, how);
}

export function refused(content: string | Uint8Array, how: HowToRead): string | undefined {
  return problemOf(() => read(content, how));
}

/** `day amount currency text (id)` of each line. */
export function shown(statements: readonly Statement[]): string[] {
  return statements.flatMap(({ lines }) =>
    lines.map(
      ({ id, date, amountMinor, currency, text }) =>
        `${date} ${amountMinor} ${currency} ${text}${id === undefined ? "" : ` (${id})`}`,
    ),
  );
}
