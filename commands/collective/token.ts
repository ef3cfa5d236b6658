import { say } from "../../src/chat/message.ts";
import { command } from "../../src/router/define.ts";

export default command({
  summary: "Put in your own token of Open Collective: you get a link to a form for it, to you alone.",
  example: "collective token",
  role: "member",
  givesKeys: true,
  verified: true,
  args: {},
  run: ({ by, collective }) => ({
    kind: "private",
    message: say("This link opens a form for your token, once and within 15 minutes. Show it to nobody.", {
      next: collective.tokenLink(by.member.name),
    }),
    public: say("A form for your token is on its way to you alone. Never say the token here."),
  }),
});
