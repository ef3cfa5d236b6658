import { z } from "zod";

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
    .optional()
    .describe("How its CSV is read: wise, gls, triodos, monzo, or a mapping as in the manual (statements)."),
});

/** How the books are kept. */
export const bookSettings = z
  .strictObject({
    accounts: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,40}$/i), account)
      .default({})
      .describe("Bank accounts, by their names in the books: assets:bank:<name>."),
    secondVoiceFrom: z
      .number()
      .int()
      .min(0)
      .default(50_000)
      .describe(
        "From this amount on (in minor units of any currency) a second treasurer agrees to a decision.",
      ),
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
