import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Ask Open Collective whether it answers, and list what is asked for there.",
  example: "collective check",
  role: ["treasurer", "operator"],
  reads: true,
  args: {},
  run: async ({ collective }) => {
    const found = await collective.checkUp();
    const { slug, url, balance, problem, coopToken, tokens, open, read } = found;
    const refused = tokens.filter((token) => token.refused).map(({ member }) => member);
    const head =
      slug === null
        ? "Open Collective is not used: the setting `collective.slug` is not there."
        : problem === null
          ? `Open Collective answers; ${slug} holds ${balance ?? "an amount that it does not tell"}.`
          : problem.happened;
    return answer(
      say(head, {
        list: [
          `Asked at ${url}; the co-op's own token: ${coopToken}.`,
          `Members with a token here: ${tokens.length}; refused: ${refused.join(", ") || "none"}.`,
          `Read for the books: ${read === null ? "never" : `last on ${read.slice(0, 16).replace("T", " at ")} UTC`}.`,
          ...open.map(({ payable, said }) => `\`${payable}\`: ${said}`),
        ],
        next: "To look at all of them now: `collective look`",
      }),
      found,
    );
  },
});
