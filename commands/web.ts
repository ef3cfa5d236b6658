import { say } from "../src/chat/message.ts";
import { command } from "../src/router/define.ts";

export default command({
  summary: "Send you a link that signs you in to the web pages.",
  example: "web",
  role: "member",
  givesKeys: true,
  args: {},
  run: ({ by, tokens }) => ({
    kind: "private",
    message: say("This link signs you in, once and within 5 minutes. Show it to nobody.", {
      next: tokens.signInLink(by.member.name, by.trust),
    }),
    public: say("A link for signing in is on its way to you alone."),
  }),
});
