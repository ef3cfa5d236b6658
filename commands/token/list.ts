import { say } from "../../src/chat/message.ts";
import { isoOf } from "../../src/core/clock.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "List your tokens and when they were last used.",
  example: "token list",
  role: "member",
  args: {},
  reads: true,
  run: ({ by, tokens }) => {
    const own = tokens.listApiTokens(by.member.name);
    if (own.length === 0)
      return answer(say("You have no tokens.", { next: "To make one: `token create <label>`" }), own);
    return answer(
      say(own.length === 1 ? "You have 1 token." : `You have ${own.length} tokens.`, {
        list: own.map(({ label, createdAt, usedAt }) => {
          const used = usedAt === null ? "never used" : `last used on ${isoOf(usedAt).slice(0, 10)}`;
          return `\`${label}\` · made on ${isoOf(createdAt).slice(0, 10)} · ${used}`;
        }),
        next: "To end one: `token revoke <label>`",
      }),
      own,
    );
  },
});
