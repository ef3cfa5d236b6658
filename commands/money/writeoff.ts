import { LedgerAccount, Reason, SourceId } from "../../src/core/books-terms.ts";
import { command } from "../../src/router/define.ts";
import { decided } from "../parts/money.ts";

export default command({
  summary: "Write off all that is in suspense of something, on one account.",
  example: 'money writeoff l1 expenses:fees:transfer "a rounding of the bank"',
  role: "treasurer",
  args: { id: SourceId, account: LedgerAccount, why: Reason },
  rest: true,
  run: ({ args: { id, account, why }, by, books }) => {
    const parts = books
      .suspenseOf(id)
      .map(({ currency, amountMinor }) => ({ account, currency, amountMinor }));
    return decided(books, { kind: "writeoff", subject: id, what: { parts }, why }, by.member.name);
  },
});
