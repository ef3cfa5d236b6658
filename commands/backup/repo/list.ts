import { say } from "../../../src/chat/message.ts";
import { answer, command } from "../../../src/router/define.ts";

export default command({
  summary: "List the repositories in which backups are kept.",
  example: "backup repo list",
  role: ["operator", "maintainer"],
  args: {},
  reads: true,
  run: ({ backups }) => {
    const all = backups.repositories();
    const head =
      all.length === 0 ? "There is no repository yet." : all.length === 1 ? "There is one repository:" : null;
    return answer(
      say(head ?? `There are ${all.length} repositories:`, {
        list: all.map(({ name, location, server, addedBy, addedAt }) =>
          [
            `**${name}**`,
            `\`${location}\``,
            server === null ? "reached from every server" : `reached from ${server}`,
            `added by ${addedBy} on ${addedAt.slice(0, 10)}`,
          ].join(" · "),
        ),
        next:
          all.length === 0
            ? "To add one: `backup repo add <name> <location> --password-file <file>`"
            : "Whether one can be used: `backup repo check <name>`",
      }),
      all.map(({ name, location, server, addedBy, addedAt }) => ({
        name,
        location,
        server,
        addedBy,
        addedAt,
      })),
    );
  },
});
