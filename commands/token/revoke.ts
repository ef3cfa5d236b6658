import { say } from "../../src/chat/message.ts";
import { TokenLabel } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "End one of your tokens.",
  example: "token revoke backup-script",
  role: "member",
  args: { label: TokenLabel },
  maxAgeMinutes: 24 * 60,
  run: ({ args: { label }, by, tokens }) => {
    tokens.revokeApiToken(by.member.name, label);
    return answer(say(`The token \`${label}\` is ended: nobody can speak with it any more.`), { label });
  },
});
