/** How an expense stands there, in words; and whether it may still be paid. */
import { Looked } from "./answers.ts";
import { Refusal } from "./client.ts";
import { lookAtExpense } from "./documents.ts";
import { asCoop, type Ground } from "./ground.ts";
import type { Expense } from "./types.ts";

/** For each state there; others are named as they are. */
const words: Record<string, string> = {
  DRAFT: "waits for the invited person",
  UNVERIFIED: "waits for the invited person",
  PENDING: "waits for approval there",
  INCOMPLETE: "is said to be incomplete there",
  APPROVED: "is approved there and waits to be paid",
  PROCESSING: "is being paid",
  SCHEDULED_FOR_PAYMENT: "is to be paid with the next payments",
  ERROR: "could not be paid: the payment failed there",
  PAID: "is paid",
  REJECTED: "is refused there",
  SPAM: "is marked as spam there",
  CANCELED: "is cancelled there",
  INVITE_DECLINED: "was declined by the invited person",
};
const refusedStates = ["REJECTED", "SPAM", "CANCELED", "INVITE_DECLINED"];

export const stateInWords = (status: string): string => words[status] ?? `is ${status} there`;

export const inWords = ({ number, status }: Expense): string => `#${number} (${stateInWords(status)})`;

/** Nothing is paid by it as it stands. */
export const isRefused = ({ status }: Pick<Expense, "status">): boolean => refusedStates.includes(status);

/**
 * Those of these expenses that are there and not refused. How an expense stands is public there: it is seen without a
 * token too, whoever it pays by now. Throws as the client does.
 */
export async function aliveAmong(
  ground: Ground,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Expense[]> {
  const alive: Expense[] = [];
  for (const id of ids) {
    const expense = await lookAt(ground, id, signal);
    if (expense !== undefined && !isRefused(expense)) alive.push(expense);
  }
  return alive;
}

async function lookAt(
  ground: Ground,
  id: string,
  signal: AbortSignal | undefined,
): Promise<Expense | undefined> {
  try {
    const { expense } = await ground.client.ask({
      ...{ operation: "LookAtExpense", document: lookAtExpense, answer: Looked },
      variables: { expense: { id } },
      ...{ as: asCoop(ground) ?? null, signal },
    });
    return expense?.expense;
  } catch (thrown) {
    if (thrown instanceof Refusal && /not.?found/i.test(thrown.code)) return undefined;
    throw thrown;
  }
}
