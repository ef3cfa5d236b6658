import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Forget your own token of Open Collective.",
  example: "collective forget-token",
  role: "member",
  args: {},
  run: ({ by, collective }) => {
    collective.forgetToken(by.member.name);
    return answer(
      say("Your token is forgotten here.", {
        next: "At Open Collective it still counts: end it there too, under For developers.",
      }),
    );
  },
});
