import { say } from "../../src/chat/message.ts";
import { TokenLabel } from "../../src/core/terms.ts";
import { command } from "../../src/router/define.ts";

export default command({
  summary: "Make a token with which a program can speak in your name.",
  example: "token create backup-script",
  role: "member",
  givesKeys: true,
  args: { label: TokenLabel },
  run: ({ args: { label }, by, tokens }) => ({
    kind: "private",
    message: say(
      `This is your token \`${label}\`. It is shown this once; whoever has it speaks in your name.`,
      {
        reveal: tokens.createApiToken(by.member.name, label),
        next: `To end it: \`token revoke ${label}\``,
      },
    ),
    public: say(`The token \`${label}\` is made and on its way to you alone.`),
  }),
});
