import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "List the recipes that can be deployed here.",
  example: "recipe list",
  role: "member",
  args: {},
  reads: true,
  run: async ({ recipes }) => {
    const found = await recipes.list();
    return answer(
      say(found.length === 0 ? "There is no recipe here yet." : "The recipes here:", {
        list: found.map(({ name, newest, description }) =>
          [`**${name}** ${newest ?? "without a version"}`, ...(description === "" ? [] : [description])].join(
            " · ",
          ),
        ),
        next:
          found.length === 0
            ? "An operator names them under `recipes` in the settings."
            : "More about one: `recipe show <recipe>`. To make an app of it: `app new <recipe> <domain>`",
      }),
      found,
    );
  },
});
