import { say } from "../../src/chat/message.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Show how an app is paid for.",
  example: "billing show cloud.example.coop",
  role: "member",
  reads: true,
  args: { app: AppDomain },
  run: ({ args, apps, billing }) => {
    const { domain } = apps.get(args.app);
    const plan = billing.planOf(`app/${domain}`);
    if (plan === undefined) {
      return answer(
        say(`Nobody is billed for ${domain}.`, { next: `To begin: \`billing start ${domain} <plan>\`` }),
        null,
      );
    }
    const until = plan.paidUntil === null ? "" : ` Until ${plan.paidUntil.slice(0, 10)}.`;
    return answer(
      say(`${domain} ${plan.said}: ${plan.plan}, by ${plan.payer}.${until}`, {
        next: "To change or end it, for those who pay: `billing portal`",
      }),
      plan,
    );
  },
});
