import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";
import { payeeInWords } from "../parts/payee.ts";

export default command({
  summary: "Show how you are paid, and whether your token at Open Collective works.",
  example: "payee show",
  role: "member",
  reads: true,
  args: {},
  run: ({ by, collective }) => {
    const { name } = by.member;
    const payee = collective.payee(name) ?? null;
    const token = collective.tokenOf(name) ?? null;
    const head =
      payee === null ? "You have not said how you are paid." : `You are paid ${payeeInWords(payee)}.`;
    return answer(
      say(head, {
        list: [tokenInWords(token)],
        next:
          payee === null
            ? "To say it: `payee set --slug <your name at Open Collective>` or `payee set --bank`"
            : "To change it: `payee set`",
      }),
      {
        how: payee?.how ?? null,
        slug: payee?.slug ?? null,
        payoutMethod: payee?.payoutMethod ?? null,
        token,
      },
    );
  },
});

function tokenInWords(token: { addedAt: string; refusedAt: string | null } | null): string {
  if (token === null) return "No token of yours is kept here: `collective token` puts one in.";
  if (token.refusedAt !== null)
    return `Your token was refused by Open Collective on ${token.refusedAt.slice(0, 10)}: \`collective token\``;
  return `Your token was put in on ${token.addedAt.slice(0, 10)}; to end that: \`collective forget-token\``;
}
