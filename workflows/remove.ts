import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { hashOf } from "../src/core/canonical.ts";
import { planKeepsChanging } from "../src/core/problems/apps.ts";
import { AppDomain } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";

type Remains = Awaited<ReturnType<Trades["apps"]["belongings"]>>;
const mostTimesAsked = 3;

/**
 * The end of an app: its services, networks, configs, secrets and volumes, then its row and settings. What was
 * written about it, its deploys and the audit, stays. Removing can be repeated half-way; nothing of it can be undone.
 */
export default workflow({
  input: z.strictObject({ app: AppDomain }),
  lock: ({ app }) => `app ${app}`,
  outline: ["look", "approval", "look again", "remove", "forget"],

  async run(tools, { app }) {
    const { step, tx, apps, run } = tools;
    const { services, volumes, secrets } = await agreedRemains(tools, app);
    await step("remove", ({ signal }) => apps.removeStack(app, signal));
    await tx("forget", () => {
      apps.note(app, run, "app.removed", { services, volumes, secrets });
      apps.forget(app);
    });
    return say(`${app} is removed.`, {
      list: [
        ...volumes.map((name) => `gone for good: the volume \`${name}\``),
        ...secrets.map((name) => `gone for good: the secret \`${name}\``),
        "Its deploys and what the audit says of it are kept.",
      ],
    });
  },
});

async function agreedRemains({ step, approval, apps }: Tools & Trades, app: AppDomain): Promise<Remains> {
  let remains = await step("look", () => apps.belongings(app));
  for (let asked = 1; ; asked++) {
    const binds = hashOf({ app, ...remains });
    await approval({
      ask: question(app, remains, asked > 1),
      from: "maintainer",
      weight: "grave",
      binds,
      subject: app,
    });
    const now = await step("look again", () => apps.belongings(app));
    if (hashOf({ app, ...now }) === binds) return now;
    if (asked === mostTimesAsked) throw planKeepsChanging({ app, times: asked });
    remains = now;
  }
}

function question(app: AppDomain, { services, volumes, secrets }: Remains, isChanged: boolean): Message {
  const again = isChanged ? "What is there has changed since it was approved, so it needs new voices. " : "";
  return say(`${again}Remove ${app} **for good, with all its data**?`, {
    list: [
      ...(services.length > 0 ? [`It stops: ${services.join(", ")}`] : ["Nothing of it runs."]),
      ...volumes.map((name) => `The volume \`${name}\` and everything in it is deleted.`),
      ...secrets.map((name) => `The secret \`${name}\` is deleted.`),
      "Its settings are forgotten. Its deploys and what the audit says of it are kept.",
    ],
  });
}
