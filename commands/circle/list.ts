import { answer, command } from "../../src/router/define.ts";
import { listOr } from "../parts/work.ts";

export default command({
  summary: "List the circles and who agrees to their work.",
  example: "circle list",
  role: "member",
  args: {},
  reads: true,
  run: ({ work }) => {
    const circles = work.circles();
    const list = circles.map(({ name, title, maintainers }) => {
      const who = maintainers.length === 0 ? "nobody agrees to its work yet" : maintainers.join(", ");
      return `\`${name}\` ${title} · ${who}`;
    });
    const next = "An operator or a treasurer adds one: `circle add <name> <title>`";
    return answer(listOr("There is no circle yet.", `Circles: ${list.length}.`, list, next), circles);
  },
});
