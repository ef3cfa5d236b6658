import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "List the member organisations and who belongs to them.",
  example: "seat list",
  role: "member",
  args: {},
  reads: true,
  run: ({ people }) => {
    const seats = people.seats();
    if (seats.length === 0)
      return answer(
        say("There is no member organisation yet.", {
          next: "An operator adds one: `seat add <name> <title>`",
        }),
        seats,
      );
    return answer(
      say(
        seats.length === 1
          ? "There is 1 member organisation."
          : `There are ${seats.length} member organisations.`,
        {
          list: seats.map(({ name, title, members }) => {
            const who = members.length === 0 ? "nobody yet" : members.join(", ");
            return `\`${name}\` ${title} · ${who}`;
          }),
        },
      ),
      seats,
    );
  },
});
