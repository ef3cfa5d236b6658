import { say } from "../../src/chat/message.ts";
import { RecipeName } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

const shown = 20;

export default command({
  summary: "List the versions of a recipe, newest first, with their day and the images they bring.",
  example: "recipe versions custom-html",
  role: "member",
  args: { recipe: RecipeName },
  reads: true,
  run: async ({ args: { recipe }, recipes }) => {
    const { stale } = await recipes.refresh(recipe);
    const found = await recipes.history(recipe);
    const known = found.filter(({ version }) => version !== null);
    const unknown = found.filter(({ version }) => version === null);
    const older = known.length - shown;
    return answer(
      say(
        known.length === 0
          ? `${recipe} has no published version.`
          : `${recipe} has ${known.length} ${known.length === 1 ? "version" : "versions"}:`,
        {
          list: [
            ...known.slice(0, shown).map(({ name, at, images }) => `**${name}** ${told(at, images)}`),
            ...(older > 0 ? [`… and ${older} older`] : []),
            ...unknown
              .slice(0, shown)
              .map(({ name, at }) => `unknown: the tag ${name} of ${day(at)} is no version`),
            ...(stale === null ? [] : [stale]),
          ],
          ...(known.length > 1 && {
            next: `What changed between two: \`recipe diff ${recipe} ${known[1]?.name ?? ""} ${known[0]?.name ?? ""}\``,
          }),
        },
      ),
      found,
    );
  },
});

function told(at: number, images: { service: string; image: string }[]): string {
  return [day(at), ...images.map(({ service, image }) => `${service} ${image.split("@")[0] ?? ""}`)].join(
    " · ",
  );
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
