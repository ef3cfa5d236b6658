import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { hashOf } from "../src/core/canonical.ts";
import { AppDomain } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import { agreed, onceMore, unseenWords } from "./parts/agreed.ts";

/** What goes, by name. */
interface Parts {
  services: string[];
  volumes: string[];
  /** Nodes that could not be asked for volumes. */
  unseen: string[];
}

/**
 * Takes an app off its server. Its settings, secrets and (unless they are asked for) volumes stay, so that
 * `app deploy` brings it back. What has gone cannot be brought back by an undo, so there is none.
 */
export default workflow({
  input: z.strictObject({ app: AppDomain, volumes: z.boolean().default(false) }),
  lock: ({ app }) => `app ${app}`,
  outline: ["look", "approval", "look again", "remove", "write it down"],

  async run(tools, { app, volumes }) {
    const { step, tx, apps, run } = tools;
    const parts = await agreedParts(tools, app, volumes);
    if (isNothing(parts)) return say(`Nothing of ${app} is on its server.`);

    await step("remove", ({ signal }) => apps.undeploy(app, { volumes, unseen: parts.unseen, signal }));
    await tx("write it down", () => apps.recordUndeploy(app, run.id, run.askedBy, parts.volumes));
    return say(`${app} is off its server.`, {
      list: volumes
        ? parts.volumes.map((name) => `gone for good: the volume ${name}`)
        : ["Its volumes, secrets and settings are kept."],
      next: `To bring it ${volumes ? "up anew, without its data" : "back"}: \`app deploy ${app}\``,
    });
  },
});

/** Asks until what was approved is what is there. */
async function agreedParts(tools: Tools & Trades, app: AppDomain, volumes: boolean): Promise<Parts> {
  const look = async (): Promise<Parts> => {
    const found = await tools.apps.belongings(app);
    return {
      services: found.services,
      volumes: volumes ? found.volumes : [],
      unseen: volumes ? found.unseen : [],
    };
  };
  return agreed(tools, await tools.step("look", look), {
    subject: app,
    check: "look again",
    again: look,
    hash: (parts) => (isNothing(parts) ? null : hashOf({ app, ...parts })),
    question: (parts, isChanged) => ({
      ask: question(app, parts, isChanged),
      from: "maintainer",
      weight: volumes ? "grave" : "ordinary",
    }),
  });
}

function isNothing({ services, volumes }: Parts): boolean {
  return services.length + volumes.length === 0;
}

function question(app: AppDomain, { services, volumes, unseen }: Parts, isChanged: boolean): Message {
  const again = onceMore(isChanged, "What is there");
  const what = volumes.length > 0 ? "off its server, **with all its data**" : "off its server";
  return say(`${again}Take ${app} ${what}?`, {
    list: [
      ...(services.length > 0 ? [`It stops: ${services.join(", ")}`] : []),
      ...volumes.map((name) => `The volume \`${name}\` and everything in it is deleted.`),
      ...unseenWords(unseen),
      volumes.length > 0
        ? "Its settings and secrets are kept."
        : "Its volumes, secrets and settings are kept.",
    ],
  });
}
