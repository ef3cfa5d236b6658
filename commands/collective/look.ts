import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Look now at everything that is asked for at Open Collective, in place of later.",
  example: "collective look",
  role: "treasurer",
  args: {},
  run: ({ collective }) => {
    const woken = collective.nudge({});
    return answer(
      woken === 0
        ? say("Nothing is asked for at Open Collective that waits for a decision there.")
        : say(`${woken} ${woken === 1 ? "payment is" : "payments are"} looked at now; what is new is told.`),
    );
  },
});
