import { messageOf, Problem } from "../core/problem.ts";
import { redact } from "../core/secret.ts";

/** What a check found: well, not well, or not used here and neither. */
export interface Finding {
  what: string;
  state: "well" | "unwell" | "aside";
  says: string;
}

/** A check that found nothing to judge, such as a part that is not configured. */
export interface Aside {
  aside: string;
}

/** Runs one check: what it answers is well, what it throws is not. */
export async function find(
  what: string,
  look: () => string | Aside | Promise<string | Aside>,
): Promise<Finding> {
  try {
    const found = await look();
    return typeof found === "string"
      ? { what, state: "well", says: found }
      : { what, state: "aside", says: found.aside };
  } catch (thrown) {
    return { what, state: "unwell", says: textOf(thrown) };
  }
}

const marks = { well: "✓", unwell: "✕", aside: "○" } as const;

/** A finding as a line; what it means and what to do stand indented below it. */
export function lineOf({ what, state, says }: Finding): string {
  return redact(`${marks[state]} ${what}: ${says.replaceAll("\n", "\n    ")}`);
}

function textOf(thrown: unknown): string {
  if (!(thrown instanceof Problem)) return messageOf(thrown);
  const { happened, means, remedy } = thrown.text;
  return `${happened}\n${means}\n${remedy}`;
}
