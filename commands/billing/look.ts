import { say } from "../../src/chat/message.ts";
import { command, start } from "../../src/router/define.ts";
import stripeEvents from "../../workflows/stripe-events.ts";

export default command({
  summary: "Look now at everything that happened at Stripe, in place of within the hour.",
  example: "billing look",
  role: "treasurer",
  args: {},
  run: () => start(stripeEvents, {}, say("Stripe is asked for what has happened; what is new is told.")),
});
