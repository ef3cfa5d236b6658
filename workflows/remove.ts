import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { hashOf } from "../src/core/canonical.ts";
import { AppDomain } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import { agreed, onceMore, unseenWords } from "./parts/agreed.ts";

type Remains = Awaited<ReturnType<Trades["apps"]["belongings"]>>;

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
    const { services, volumes, secrets, unseen } = await agreedRemains(tools, app);
    await step("remove", ({ signal }) => apps.removeStack(app, { unseen, signal }));
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

async function agreedRemains(tools: Tools & Trades, app: AppDomain): Promise<Remains> {
  const look = (): Promise<Remains> => tools.apps.belongings(app);
  return agreed(tools, await tools.step("look", look), {
    subject: app,
    check: "look again",
    again: look,
    hash: (remains) => hashOf({ app, ...remains }),
    question: (remains, isChanged) => ({
      ask: question(app, remains, isChanged),
      from: "maintainer",
      weight: "grave",
    }),
  });
}

function question(
  app: AppDomain,
  { services, volumes, secrets, unseen }: Remains,
  isChanged: boolean,
): Message {
  const again = onceMore(isChanged, "What is there");
  return say(`${again}Remove ${app} **for good, with all its data**?`, {
    list: [
      ...(services.length > 0 ? [`It stops: ${services.join(", ")}`] : ["Nothing of it runs."]),
      ...volumes.map((name) => `The volume \`${name}\` and everything in it is deleted.`),
      ...secrets.map((name) => `The secret \`${name}\` is deleted.`),
      ...unseenWords(unseen),
      "Its settings are forgotten. Its deploys and what the audit says of it are kept.",
    ],
  });
}
