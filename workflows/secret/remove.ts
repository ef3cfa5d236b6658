import { z } from "zod";
import { say, type Message } from "../../src/chat/message.ts";
import { hashOf } from "../../src/core/canonical.ts";
import { secretUnknown } from "../../src/core/problems/care.ts";
import { secretInUse } from "../../src/core/problems/swarm.ts";
import { AppDomain, SecretName } from "../../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../../src/workflow/define.ts";
import { agreed, onceMore } from "../parts/agreed.ts";

/**
 * Removes secrets that no service uses: one that is named, or all of the app. Their values are nowhere else, so
 * there is no undo.
 */
export default workflow({
  input: z.strictObject({ app: AppDomain, secret: SecretName.optional() }),
  lock: ({ app }) => `app ${app}`,
  outline: ["look", "approval", "look again", "remove", "write it down"],

  async run(tools, { app, secret }) {
    const { step, tx, apps, run } = tools;
    const names = await agreedNames(tools, app, secret);
    if (names.length === 0) return say(`No secret of ${app} is unused; nothing was removed.`);
    await step("remove", () => apps.removeSecrets(app, names));
    await tx("write it down", () => apps.note(app, run, "app.secrets-removed", { secrets: names }));
    return say(names.length === 1 ? "One secret is gone." : `${names.length} secrets are gone.`, {
      list: names.map((name) => `gone for good: \`${name}\``),
      next: `To make new ones: \`app secret generate ${app}\``,
    });
  },
});

async function agreedNames(
  tools: Tools & Trades,
  app: AppDomain,
  secret: string | undefined,
): Promise<string[]> {
  const look = (): Promise<string[]> => unused(tools, app, secret);
  return agreed(tools, await tools.step("look", look), {
    subject: app,
    check: "look again",
    again: look,
    hash: (names) => (names.length === 0 ? null : hashOf({ app, names })),
    question: (names, isChanged) => ({
      ask: question(app, names, isChanged),
      from: "maintainer",
      weight: "grave",
    }),
  });
}

/** Names in the swarm. One that was asked for and is in use is a problem; without a name those in use stay. */
async function unused({ apps }: Trades, app: AppDomain, secret: string | undefined): Promise<string[]> {
  const there = (await apps.secrets(app)).filter(({ exists }) => exists);
  if (secret === undefined) return there.filter(({ usedBy }) => usedBy.length === 0).map(({ name }) => name);
  const found = there.find((one) => one.name === secret) ?? there.find((one) => one.secret === secret);
  if (found === undefined) {
    const known = there.map((one) => one.secret ?? one.name);
    throw secretUnknown({ app, secret, known });
  }
  if (found.usedBy.length > 0) throw secretInUse({ name: found.name, services: found.usedBy });
  return [found.name];
}

function question(app: AppDomain, names: readonly string[], isChanged: boolean): Message {
  const again = onceMore(isChanged, "What is there");
  const what = names.length === 1 ? "a secret" : `${names.length} secrets`;
  return say(`${again}Remove ${what} of ${app} **for good**?`, {
    list: names.map((name) => `The secret \`${name}\` is deleted; its value is kept nowhere else.`),
  });
}
