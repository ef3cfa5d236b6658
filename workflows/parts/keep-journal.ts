import type { Tools, Trades } from "../../src/workflow/define.ts";

/** Two steps, so that a push which fails does not commit again. Throws what stands in the way. */
export async function keptJournal(
  { step, books }: Pick<Tools & Trades, "step" | "books">,
  options: { now: boolean },
): Promise<{ commits: number; isPushed: boolean }> {
  const { repository } = books;
  if (repository === null) return { commits: 0, isPushed: false };
  const { commits } = await step("commit the journal", () => repository.commit(options));
  const { isPushed } = await step("push the journal", () => repository.push());
  return { commits, isPushed };
}
