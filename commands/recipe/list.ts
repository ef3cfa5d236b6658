import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

interface CatalogueState {
  source: string;
  count: number;
  passedOver: number;
  note: string | null;
}

export default command({
  summary: "List the recipes that the settings name, and how many the catalogue has.",
  example: "recipe list",
  role: "member",
  args: {},
  reads: true,
  run: async ({ recipes }) => {
    const [found, catalogue] = await Promise.all([recipes.list(), recipes.catalogue()]);
    const isEmpty = found.length === 0 && (catalogue?.count ?? 0) === 0;
    return answer(
      say(found.length === 0 ? "There is no recipe here yet." : "The recipes here:", {
        list: [
          ...found.map(({ name, newest, description }) =>
            [
              `**${name}** ${newest ?? "without a version"}`,
              ...(description === "" ? [] : [description]),
            ].join(" · "),
          ),
          ...(catalogue === null ? [] : told(catalogue)),
        ],
        next: isEmpty
          ? "An operator names them under `recipes` or `catalogue` in the settings."
          : "More about one: `recipe show <recipe>`. To make an app of it: `app new <recipe> <domain>`",
      }),
      found,
    );
  },
});

function told({ source, count, passedOver, note }: CatalogueState): string[] {
  const many = `${count} ${count === 1 ? "recipe" : "recipes"}`;
  const rest = passedOver === 0 ? "" : ` (${passedOver} more could not be used)`;
  const has = `The catalogue at ${source} has ${many}${rest}. Look in it: \`recipe search <words>\``;
  return [...(count === 0 ? [] : [has]), ...(note === null ? [] : [note])];
}
