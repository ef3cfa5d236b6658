import { say } from "../../src/chat/message.ts";
import { RecipeName } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

const versionsShown = 10;

export default command({
  summary:
    "Show one recipe: what it is for, its versions, its settings. Asks its repository for what is new.",
  example: "recipe show custom-html",
  role: "member",
  args: { recipe: RecipeName },
  reads: true,
  run: async ({ args, recipes }) => {
    const { stale } = await recipes.refresh(args.recipe);
    const recipe = await recipes.show(args.recipe);
    const { name, description, category, newest, versions, settings, source } = recipe;
    const older = versions.length - versionsShown;
    return answer(
      say(`${name}: ${description === "" ? "its README does not say what it is for" : description}`, {
        list: [
          `Newest version: ${newest ?? "none"}`,
          `Versions: ${versions.slice(0, versionsShown).join(", ")}${older > 0 ? ` and ${older} older` : ""}`,
          ...(category === undefined ? [] : [`Category: ${category}`]),
          `From ${source}`,
          ...(stale === null ? [] : [stale]),
        ],
        code: settings.map(({ key, sample }) => `${key}=${sample}`).join("\n"),
        next: `To make an app of it: \`app new ${name} <domain>\``,
      }),
      recipe,
    );
  },
});
