import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { AppDomain, RecipeName, ServerName } from "../src/core/terms.ts";
import { workflow, type StepContext, type Tools, type Trades } from "../src/workflow/define.ts";
import { agreed, onceMore } from "./parts/agreed.ts";
import { cutDiff } from "./parts/cut-diff.ts";

type Adoption = Awaited<ReturnType<Trades["apps"]["understand"]>>;
type Wish = Parameters<Trades["apps"]["understand"]>[0];

/**
 * Takes over an app that runs already, or whose file was handed in. Nothing on the servers is changed: a plan
 * that would change nothing is the proof that the app was understood.
 */
export default workflow({
  input: z.strictObject({ app: AppDomain, server: ServerName.optional(), recipe: RecipeName.optional() }),
  lock: ({ app }) => `app ${app}`,
  outline: ["look", "approval", "look again", "write it down"],

  async run(tools, { app, server, recipe }) {
    const { step, apps, run } = tools;
    const adoption = await agreedAdoption(tools, { domain: app, server, recipe });
    const who = run.askedBy ?? "schedule";
    const room = run.place?.direct === true ? null : (run.place?.room ?? null);
    await step("write it down", ({ key }) => apps.adopt(adoption, who, room, key), {
      undo: () => apps.unadopt(adoption, who),
    });
    return outcome(adoption);
  },
});

async function agreedAdoption(tools: Tools & Trades, wish: Wish): Promise<Adoption> {
  const understand = ({ key }: StepContext): Promise<Adoption> => tools.apps.understand(wish, key);
  return agreed(tools, await tools.step("look", understand), {
    subject: wish.domain,
    check: "look again",
    again: (_, context) => understand(context),
    hash: ({ hash }) => hash,
    question: (plan, isChanged) => ({ ask: question(plan, isChanged), from: "maintainer", weight: "light" }),
  });
}

const origins: Record<Adoption["settingsFrom"], string> = {
  file: "as in the file that was handed in, byte for byte",
  service: "read back from the running service",
  sample: "those of the recipe's sample",
};

function question(adoption: Adoption, isChanged: boolean): Message {
  const { domain, server, recipe, settings, settingsFrom, services, remarks, diff } = adoption;
  const again = onceMore(isChanged, "What was found");
  return say(`${again}Take over ${domain}, a ${recipe} ${versionOf(adoption)} on ${server}?`, {
    list: [
      ...(services.length > 0 ? [`It runs: ${services.join(", ")}, as the stack \`${adoption.stack}\``] : []),
      `Its ${settings} settings are ${origins[settingsFrom]}.`,
      proof(adoption),
      ...remarks.map((remark) => `Mind: ${remark}`),
      "Nothing on the server is changed by this.",
    ],
    diff: cutDiff(diff).text,
  });
}

function proof({ changes }: Adoption): string {
  if (changes === null) return "Whether a deploy would change anything could not be worked out.";
  const changed = changes.filter(({ change }) => change !== "same");
  if (changed.length === 0) {
    return `A deploy of it now would change none of its ${changes.length} services: it was understood whole.`;
  }
  const names = changed.map(({ service, change }) => `${change} ${service}`).join(", ");
  return `A deploy of it now would change ${changed.length} of ${changes.length} services: ${names}.`;
}

function outcome(adoption: Adoption): Message {
  const { domain, recipe, chaos } = adoption;
  return say(`${domain} is known here now, a ${recipe} ${versionOf(adoption)}. Nothing of it was changed.`, {
    list: [proof(adoption), `Its settings: \`app show ${domain}\``],
    next:
      chaos === null
        ? `To compare before anything is changed: \`app deploy ${domain}\` asks first`
        : `To stay at this commit: \`app deploy ${domain} ${chaos} --chaos\`. Without it a release is deployed.`,
  });
}

function versionOf({ version, chaos }: Adoption): string {
  if (chaos !== null) return `at commit ${chaos}`;
  return version ?? "of unknown version";
}
