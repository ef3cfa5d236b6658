import { say } from "../../src/chat/message.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";
import { inBytes } from "../../workflows/parts/sizes.ts";

const mostShown = 20;

export default command({
  summary: "List the backups there are, newest first: of all apps, or of one.",
  example: "backup list notes.example.coop",
  role: "member",
  args: { app: AppDomain.optional() },
  reads: true,
  run: ({ args, apps, backups }) => {
    if (args.app !== undefined) apps.get(args.app);
    const all = backups.list(args.app);
    const shown = all.slice(0, mostShown);
    const of = args.app === undefined ? "" : ` of ${args.app}`;
    const head =
      all.length === 0
        ? `There is no backup${of} yet.`
        : all.length === 1
          ? `There is one backup${of}:`
          : null;
    return answer(
      say(head ?? `There are ${all.length} backups${of}, the newest first:`, {
        list: [
          ...shown.map(({ id, app, state, startedAt, bytes, reason, repository }) =>
            [
              `\`${id}\``,
              ...(args.app === undefined ? [`**${app}**`] : []),
              `${startedAt.slice(0, 16).replace("T", " ")} UTC`,
              state === "running" ? "under way" : state,
              ...(bytes === null ? [] : [inBytes(bytes)]),
              repository,
              ...(reason === null ? [] : [reason]),
            ].join(" · "),
          ),
          ...(all.length > mostShown ? [`and ${all.length - mostShown} older ones`] : []),
        ],
        next:
          all.length === 0 ? "To take one: `app backup <domain>`" : "More about one: `backup show <backup>`",
      }),
      all,
    );
  },
});
