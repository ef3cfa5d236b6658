import { z } from "zod";
import { LedgerAccount, Reason, SourceId } from "../../src/core/books-terms.ts";
import { readMoney } from "../../src/core/money.ts";
import { command } from "../../src/router/define.ts";
import { decided } from "../parts/money.ts";

const Parts = z.string().transform((typed, context) => {
  const parts = typed.split(",").map((part) => {
    const [name, amount = ""] = part.split("=");
    const account = LedgerAccount.safeParse(name);
    const money = readMoney(amount);
    if (!account.success || money === undefined) return undefined;
    return {
      account: account.data,
      currency: money.currency,
      amountMinor: Number(money.amountMinor),
    };
  });
  const found = parts.filter((part) => part !== undefined);
  if (found.length === parts.length) return found;
  context.addIssue(
    "accounts with their amounts, such as expenses:fees:transfer=EUR1.50,assets:receivable=EUR8.50",
  );
  return z.NEVER;
});

export default command({
  summary: "Say on which accounts something in suspense is booked. What is paid out is above zero.",
  example:
    'money split l1 expenses:fees:transfer=EUR1.50,expenses:work:servers=EUR8.50 "the bill of October"',
  role: "treasurer",
  args: { id: SourceId, parts: Parts, why: Reason },
  rest: true,
  run: ({ args: { id, parts, why }, by, books }) =>
    decided(books, { kind: "split", subject: id, what: { parts }, why }, by.member.name),
});
