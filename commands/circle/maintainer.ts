import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { Person } from "../../src/core/terms.ts";
import { CircleName } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Say who agrees to the work of a circle, or with --remove who does so no longer.",
  example: "circle maintainer recipes bo",
  role: ["operator", "treasurer"],
  args: { circle: CircleName, person: Person, remove: z.boolean().default(false).describe("no longer") },
  flags: ["remove"],
  run: ({ args: { circle, person, remove }, by, work, people }) => {
    const { name } = people.get(person);
    const now = work.setMaintainer(by.member.name, work.circle(circle).name, name, !remove);
    const who =
      now.maintainers.length === 0 ? "Nobody agrees to its work now." : `Now: ${now.maintainers.join(", ")}`;
    const text = remove
      ? `${name} agrees to the work of ${now.name} no longer.`
      : `${name} agrees to the work of ${now.name}.`;
    return answer(
      say(text, {
        list: [who],
        next: "Entries that wait already are asked about anew by: `work submit <entry>`",
      }),
      now,
    );
  },
});
