import { z } from "zod";
import { faultOfNames } from "../books/own-names.ts";
import { mappingFor } from "../books/statements/presets.ts";
import { Problem } from "../core/problem.ts";

const account = z.strictObject({
  number: z
    .string()
    .min(4)
    .max(64)
    .optional()
    .describe("Its IBAN or number: a statement that says another one is refused."),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional()
    .describe("Its currency: lines in another one are refused; needed for a CSV without such a column."),
  mapping: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .superRefine((said, context) => {
      const fault = faultOfMapping(said);
      if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
    })
    .optional()
    .describe("How its CSV is read: wise, gls, triodos, monzo, or a mapping as in the manual (statements)."),
});

/** A file of the bank comes in the middle of a month; what its mapping lacks is said at the start. */
function faultOfMapping(said: unknown): string | undefined {
  try {
    mappingFor(said);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    const [, ...faults] = thrown.text.happened.replace(/\.$/, "").split("\n");
    return `a mapping of a CSV (${faults.join("; ")})`;
  }
}

/** How the books are kept. */
export const bookSettings = z
  .strictObject({
    accounts: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,40}$/i), account)
      .default({})
      .describe("Bank accounts, by their names in the books: assets:bank:<name>."),
    chart: z
      .record(z.string(), z.string())
      .superRefine((own, context) => {
        const fault = faultOfNames(own);
        if (fault === undefined) return;
        context.addIssue({ code: "custom", path: [fault.account], message: fault.expected });
      })
      .default({})
      .describe(
        "Accounts that the co-op calls otherwise, by their default names; with them what is below them.",
      ),
    secondVoiceFrom: z
      .number()
      .int()
      .min(0)
      .default(50_000)
      .describe(
        "From this amount on (in minor units of any currency) a second treasurer agrees to a decision.",
      ),
    git: z
      .strictObject({
        path: z
          .string()
          .min(1)
          .describe("Folder of a git repository: each closed month commits the journal there."),
        format: z
          .enum(["hledger", "beancount"])
          .default("hledger")
          .describe("How the journal is written: books.journal or books.beancount."),
      })
      .optional(),
    closeVoices: z
      .number()
      .int()
      .min(1)
      .max(5)
      .default(2)
      .describe("How many treasurers agree to the closing of a month; whoever asks for it has no voice."),
    publicSummary: z
      .boolean()
      .default(false)
      .describe("Whether anybody may read the totals of closed months at /books/summary, without persons."),
  })
  .prefault({});

export type BookSettings = z.infer<typeof bookSettings>;
