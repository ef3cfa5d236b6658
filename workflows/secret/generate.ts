import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { AppDomain, SecretName } from "../../src/core/terms.ts";
import { workflow } from "../../src/workflow/define.ts";

/** Makes secrets in place: their values go from chance straight into the swarm and are seen by nobody. */
export default workflow({
  input: z.strictObject({ app: AppDomain, secret: SecretName.optional() }),
  lock: ({ app }) => `app ${app}`,

  async run({ step, tx, apps, run }, { app, secret }) {
    const names = await step("look", () => apps.secretsToMake(app, secret));
    if (names.length === 0) return say(`Every secret of ${app} that is made by chance exists already.`);
    await step("make", () => apps.makeSecrets(app, names));
    await tx("write it down", () => apps.note(app, run, "app.secrets-generated", { secrets: names }));
    return say(names.length === 1 ? "One secret is made." : `${names.length} secrets are made.`, {
      list: names.map((name) => `\`${name}\``),
      next: `Who uses them: \`app secret list ${app}\``,
    });
  },
});
