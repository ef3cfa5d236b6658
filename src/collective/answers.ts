/** What Open Collective's answers must look like. Anything else is told in words, never guessed. */
import { z } from "zod";
import type { Expense } from "./types.ts";

/** Null: the account is hidden from whoever asks. */
const account = z.object({ slug: z.string() }).nullable();

const expense = z
  .object({
    id: z.string(),
    legacyId: z.number().int(),
    status: z.string(),
    currency: z.string(),
    amountV2: z.object({ valueInCents: z.number(), currency: z.string() }),
    payee: account,
    approvedBy: z.array(account),
    customData: z.unknown(),
  })
  .transform(({ customData, ...row }): { expense: Expense; key: string | null } => ({
    expense: {
      id: row.id,
      number: row.legacyId,
      status: row.status,
      cents: row.amountV2.valueInCents,
      currency: row.amountV2.currency,
      payee: row.payee?.slug ?? null,
      approvedBy: row.approvedBy.flatMap((one) => one?.slug ?? []),
    },
    key: keyIn(customData),
  }));

const custom = z.object({ tandem: z.object({ key: z.string() }) });

function keyIn(customData: unknown): string | null {
  const read = custom.safeParse(customData);
  return read.success ? read.data.tandem.key : null;
}

export const WhoAmI = z.object({ me: account });
export const Found = z.object({ expenses: z.object({ totalCount: z.number(), nodes: z.array(expense) }) });
export const Looked = z.object({ expense: expense.nullable() });
export const Created = z.object({ createExpense: expense });
export const Invited = z.object({ draftExpenseAndInviteUser: expense });
export const Methods = z.object({
  account: z
    .object({
      slug: z.string(),
      payoutMethods: z
        .array(z.object({ id: z.string(), type: z.string().nullable(), isSaved: z.boolean().nullable() }))
        .nullable(),
    })
    .nullable(),
});
export const Balance = z.object({
  account: z
    .object({
      slug: z.string(),
      stats: z.object({ balance: z.object({ valueInCents: z.number(), currency: z.string() }) }).nullable(),
    })
    .nullable(),
});

const listed = <T extends z.ZodType>(node: T) =>
  z.object({ transactions: z.object({ totalCount: z.number().int().min(0), nodes: z.array(node) }) });

export const OwnTransactions = listed(
  z.object({
    id: z.string().min(1),
    group: z.string().min(1),
    createdAt: z.iso.datetime({ offset: true }),
  }),
);
/** The books read the rest of each, and say what of it is not as it should be. */
export const TransactionGroups = listed(z.looseObject({ id: z.string().min(1), group: z.string().min(1) }));
