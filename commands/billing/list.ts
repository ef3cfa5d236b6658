import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";
import { invoiceInWords } from "../parts/billing.ts";

export default command({
  summary: "List what is billed, the open invoices and who pays.",
  example: "billing list",
  role: "treasurer",
  reads: true,
  args: {},
  run: ({ billing }) => {
    const all = billing.list();
    const { plans, invoices, payers } = all;
    const head = `${plans.length} billed regularly, ${invoices.length} open invoices, ${payers.length} who pay.`;
    return answer(
      say(head, {
        list: [
          ...plans.map(({ subject, said, plan, payer }) => `${subject} ${said}: ${plan}, by ${payer}`),
          ...invoices.map(invoiceInWords),
          ...payers.map(({ id, title }) => `\`${id}\`: ${title}`),
        ],
      }),
      all,
    );
  },
});
