import { say } from "../../src/chat/message.ts";
import { RecipeName } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

const versionsShown = 10;
const scoreNames = ["status", "healthcheck", "backups", "email", "tests", "sso", "image"];

export default command({
  summary:
    "Show one recipe: what it is for, what it can do, its versions and settings. Asks its repository for what is new.",
  example: "recipe show custom-html",
  role: "member",
  args: { recipe: RecipeName },
  reads: true,
  run: async ({ args, recipes }) => {
    const { stale } = await recipes.refresh(args.recipe);
    const recipe = await recipes.show(args.recipe);
    const { name, newest, versions, settings, source } = recipe;
    const description = recipe.description || (recipe.catalogue?.description ?? "");
    const category = recipe.category ?? recipe.catalogue?.category ?? "";
    const older = versions.length - versionsShown;
    const scores = scoreNames.flatMap((score) => {
      // What the recipe says of itself is newer than what a catalogue took from it.
      const said = plain(recipe.scores[score] ?? recipe.catalogue?.scores[score] ?? "");
      return said === "" ? [] : [`${score} ${said}`];
    });
    return answer(
      say(`${name}: ${description === "" ? "its README does not say what it is for" : description}`, {
        list: [
          `Newest version: ${newest ?? "none"}`,
          `Versions: ${versions.slice(0, versionsShown).join(", ")}${older > 0 ? ` and ${older} older` : ""}`,
          ...(category === "" ? [] : [`Category: ${category}`]),
          ...(scores.length === 0 ? [] : [`Scores: ${scores.join(" · ")}`]),
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

/** Links and marks of a README's Markdown without their signs. */
function plain(markdown: string): string {
  return markdown
    .slice(0, 200)
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*]/g, "")
    .trim();
}
