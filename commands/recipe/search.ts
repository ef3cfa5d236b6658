import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

const shown = 15;

export default command({
  summary: "Look for recipes in which all these words are found: in name, description or category.",
  example: "recipe search photo gallery",
  role: "member",
  args: { words: z.string().min(1, { error: "words to look for, such as photo gallery" }).max(200) },
  rest: true,
  reads: true,
  run: async ({ args, recipes }) => {
    const { found, note } = await recipes.search(args.words);
    const more = found.length - shown;
    return answer(
      say(
        found.length === 0
          ? `No recipe here or in the catalogue fits "${args.words}".`
          : `${found.length} ${found.length === 1 ? "recipe fits" : "recipes fit"} "${args.words}":`,
        {
          list: [
            ...found
              .slice(0, shown)
              .map(({ name, newest, category, description }) =>
                [`**${name}** ${newest ?? "without a version"}`, category, description]
                  .filter((part) => part !== "")
                  .join(" · "),
              ),
            ...(more > 0 ? [`… and ${more} more; a further word makes it fewer`] : []),
            ...(note === null ? [] : [note]),
          ],
          next: found.length === 0 ? "Try fewer or other words." : "More about one: `recipe show <recipe>`",
        },
      ),
      found,
    );
  },
});
