import { Reason, SourceId } from "../../src/core/books-terms.ts";
import { command } from "../../src/router/define.ts";
import { decided } from "../parts/money.ts";

export default command({
  summary:
    "Say which payout or expense a bank's line belongs to; several with commas. They must come to the line exactly.",
  example: 'money match l1 po_1,po_2 "both came in one transfer"',
  role: "treasurer",
  args: {
    line: SourceId.describe("the id of the bank's line"),
    to: SourceId.describe("the payout or expense; several with commas"),
    why: Reason,
  },
  rest: true,
  run: ({ args: { line, to, why }, by, books }) =>
    decided(books, { kind: "match", subject: line, what: { claims: to.split(",") }, why }, by.member.name),
});
