/** The words of the books as branded types. */
import { z } from "zod";

/** An account of the chart, such as `expenses:fees:transfer`. */
export const LedgerAccount = z
  .string()
  .regex(/^(?:assets|liabilities|income|expenses|equity)(?::[a-z0-9][a-z0-9_-]{0,40}){1,5}$/i, {
    error: "an account, such as expenses:fees:transfer",
  })
  .brand<"LedgerAccount">();
export type LedgerAccount = z.infer<typeof LedgerAccount>;

/** The id that Stripe, Open Collective or the bank gave something. */
export const SourceId = z.string().min(1).max(200).brand<"SourceId">();
export type SourceId = z.infer<typeof SourceId>;

/** Why somebody decided something: it stays in the books. */
export const Reason = z
  .string()
  .trim()
  .min(3, { error: "why, in a few words" })
  .max(500, { error: "why, in at most 500 signs" });
