import { answer, command } from "../../src/router/define.ts";
import { capWords, leftWords } from "../parts/budget.ts";
import { listOr } from "../parts/work.ts";

export default command({
  summary: "List the budgets and what is left of them.",
  example: "budget list",
  role: "member",
  args: {},
  reads: true,
  run: ({ work }) => {
    const standings = work.budgets().map(({ name }) => work.standing(name));
    const list = standings.map((standing) => {
      const { name, title, state } = standing.budget;
      const now = state === "open" ? leftWords(standing) : state;
      return `\`${name}\` ${title} · ${capWords(standing.budget)} · ${now}`;
    });
    const next = "More about one: `budget show <name>`. A treasurer adds one: `budget add`";
    return answer(listOr("There is no budget yet.", `Budgets: ${list.length}.`, list, next), standings);
  },
});
