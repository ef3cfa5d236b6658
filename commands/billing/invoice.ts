import { z } from "zod";
import { PayerId, TypedAmount } from "../../src/core/billing-terms.ts";
import { readMoney } from "../../src/core/money.ts";
import { EmailAddress } from "../../src/core/pay-terms.ts";
import { billAmountUnfit } from "../../src/core/problems/billing.ts";
import { command, start } from "../../src/router/define.ts";
import billingInvoice from "../../workflows/billing-invoice.ts";

/** As institutions are used to. */
const usualDays = 30;

export default command({
  summary: "Send an invoice by mail, to be paid by transfer.",
  example: "billing invoice institution/town-library EUR250 Hosting in 2027",
  role: "treasurer",
  args: {
    payer: PayerId,
    amount: TypedAmount,
    words: z.string().min(1).max(400).describe("what it is for"),
    email: EmailAddress.optional(),
    days: z.coerce.number().int().min(1).max(180).default(usualDays).describe("days until it is due"),
  },
  flags: ["email", "days"],
  rest: true,
  run: ({ args, by, billing }) => {
    const money = readMoney(args.amount);
    if (money === undefined) throw billAmountUnfit({ typed: args.amount });
    const { currency } = money;
    const payer = billing.payerFor(by.member, args.payer);
    const bill = {
      payer,
      amountMinor: Number(money.amountMinor),
      currency,
      words: args.words,
      dueDays: args.days,
    };
    billing.beforeBilling(bill, args.email);
    return start(billingInvoice, bill);
  },
});
