import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { AppDomain, RecipeName, RecipeVersion, ServerName } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";

/**
 * Makes an app known: looks whether recipe and version exist, then writes it down. Nothing is deployed yet.
 */
export default workflow({
  input: z.strictObject({
    recipe: RecipeName,
    domain: AppDomain,
    server: ServerName,
    version: RecipeVersion.optional(),
  }),
  lock: ({ domain }) => `app ${domain}`,

  async run({ step, tx, apps, run }, { recipe, domain, server, version }) {
    const { env, version: pinned } = await step("prepare", () => apps.prepare(domain, recipe, version));
    // A direct conversation is nobody else's place: what concerns the app later is said where all read it.
    const room = run.place?.direct === true ? null : (run.place?.room ?? null);
    await tx("register", () =>
      apps.create(run.askedBy ?? "schedule", { domain, recipe, server, env, version: pinned, room }),
    );
    return say(`${domain} is a ${recipe} now, at version ${pinned ?? "unknown"}; nothing of it runs yet.`, {
      list: [
        `Its settings: \`app show ${domain}\``,
        `To change one: \`app set ${domain} <setting> <value>\``,
      ],
      next: `To put it on the server: \`app deploy ${domain}\``,
    });
  },
});
