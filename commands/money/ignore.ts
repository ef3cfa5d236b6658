import { Reason, SourceId } from "../../src/core/books-terms.ts";
import { command } from "../../src/router/define.ts";
import { decided } from "../parts/money.ts";

export default command({
  summary: "Take something out of the queue as it is, with the reason that stays in the books.",
  example: 'money ignore txn_1 "Stripe told it again with another description"',
  role: "treasurer",
  args: { id: SourceId, why: Reason },
  rest: true,
  run: ({ args: { id, why }, by, books }) =>
    decided(books, { kind: "ignore", subject: id, what: {}, why }, by.member.name),
});
