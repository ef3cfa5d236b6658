import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "List the members with their roles and accounts.",
  example: "member list",
  role: "member",
  args: {},
  reads: true,
  run: ({ people }) => {
    const members = people.list();
    return answer(
      say(members.length === 1 ? "There is 1 member." : `There are ${members.length} members.`, {
        list: members.map(({ name, displayName, seat, roles, matrixIds }) => {
          const more = roles.filter((role) => role !== "member");
          const shownAs = displayName === name ? "" : ` ${displayName}`;
          return [
            `\`${name}\`${shownAs}`,
            more.length === 0 ? "member" : more.join(", "),
            ...(seat === null ? [] : [`of ${seat}`]),
            matrixIds.join(", "),
          ].join(" · ");
        }),
      }),
      members,
    );
  },
});
