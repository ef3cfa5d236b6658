import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { Person, Role } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Give a role to a member, or take it.",
  example: "member role bo maintainer",
  role: "operator",
  verified: true,
  args: { name: Person, role: Role, remove: z.boolean().default(false).describe("take the role") },
  flags: ["remove"],
  run: ({ args: { name: typed, role, remove }, by, people }) => {
    const { name, roles } = people.get(typed);
    const held = roles.includes(role);
    const after = remove
      ? people.revoke(by.member.name, name, role)
      : people.grant(by.member.name, name, role);
    const happened = remove
      ? held
        ? `${name} is no ${role} any more.`
        : `${name} was no ${role}; nothing has changed.`
      : held
        ? `${name} is ${role} already; nothing has changed.`
        : `${name} is ${role} now.`;
    return answer(say(happened, { next: `Roles of ${name}: ${after.roles.join(", ")}` }), after);
  },
});
