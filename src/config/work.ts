import { z } from "zod";
import { readMoney } from "../core/money.ts";
import { Currency } from "../core/work-terms.ts";
import { bankSettings } from "./bank.ts";

const amount = z
  .string()
  .refine((text) => (readMoney(text)?.amountMinor ?? -1n) >= 0n, {
    error: "an amount with its currency, such as EUR500",
  })
  .optional();

/** How work is agreed to, budgeted and paid. */
export const workSettings = z
  .strictObject({
    bank: bankSettings,
    currency: Currency.pipe(z.string())
      .default("EUR")
      .describe("The currency of a budget for which nobody names one."),
    seatMatesAgree: z
      .boolean()
      .default(false)
      .describe("Whether people may agree to the work of others of their own member organisation."),
    twoVoicesAbove: amount.describe(
      "Above this amount entries take two voices, such as EUR500; so do those in other currencies. Unset: one.",
    ),
    oldestDays: z
      .number()
      .int()
      .min(1)
      .max(3660)
      .default(90)
      .describe("Work that is older than so many days cannot be entered any more."),
    yearlyNoteAbove: amount.describe(
      "Above this sum of a person's stipends and lump sums in a calendar year the question says so. No tax advice.",
    ),
    buffer: amount.describe(
      "New budgets are refused while the fund's last known balance is below this amount, or unknown, such as EUR1500.",
    ),
    disputeDays: z
      .number()
      .int()
      .min(0)
      .max(90)
      .default(7)
      .describe("For so many days any member may hold an entry of a published batch; 0: not at all."),
    treasurers: z
      .number()
      .int()
      .min(1)
      .max(9)
      .default(1)
      .describe("How many treasurers agree to a batch before it is paid."),
    reminders: z
      .boolean()
      .default(true)
      .describe("Whether people are reminded of unlogged hours, waiting entries and reports at month's end."),
  })
  .prefault({});

export type WorkSettings = z.infer<typeof workSettings>;
