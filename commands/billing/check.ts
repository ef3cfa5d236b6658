import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Ask Stripe whether it answers, and tell how its events come in.",
  example: "billing check",
  role: ["treasurer", "operator"],
  reads: true,
  args: {},
  run: async ({ billing }) => {
    const found = await billing.checkUp();
    const { on, apiBase, hooks, problem, lastHeard, lastSwept, waiting } = found;
    const head = !on
      ? "Stripe is not used: the setting `stripe.secretKeyFile` is not there."
      : (problem?.happened ?? "Stripe answers and accepts our key.");
    return answer(
      say(head, {
        list: [
          `Asked at ${apiBase}.`,
          hooks
            ? `The last webhook came ${lastHeard ?? "never"}.`
            : "Webhooks are not heard: the setting `stripe.webhookSecretFile` is not there.",
          `Its list of events was last read ${lastSwept ?? "never"}; ${waiting} wait to be looked at.`,
        ],
        next: "To look at all of it now: `billing look`",
      }),
      found,
    );
  },
});
