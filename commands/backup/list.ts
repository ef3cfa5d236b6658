import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";
import { inBytes } from "../../workflows/parts/sizes.ts";

/** What is shown of one. */
interface Listed {
  id: string;
  app: string;
  state: "running" | "proven" | "doubtful" | "failed" | "forgotten" | "away";
  startedAt: string;
  bytes: number | null;
  reason: string | null;
  repository: string;
}

/** Of all apps together; of one they are all shown, because who looks for an old one has to find it. */
const mostShown = 20;
const isThere = ({ state }: Listed): boolean => !["failed", "forgotten", "away"].includes(state);

export default command({
  summary: "List the backups there are, newest first: of one app all of them, of all apps the newest.",
  example: "backup list notes.example.coop",
  role: "member",
  args: {
    app: AppDomain.optional(),
    all: z.boolean().default(false).describe("those that failed, were removed or are away as well"),
  },
  flags: ["all"],
  reads: true,
  run: ({ args: { app, all }, apps, backups }) => {
    const rows = backups.list(app);
    // An app that was removed has backups still, and they are what it can be brought back from.
    if (app !== undefined && rows.length === 0) apps.get(app);
    const found = all ? rows : rows.filter(isThere);
    const shown = app === undefined ? found.slice(0, mostShown) : found;
    const isLost = app !== undefined && !apps.list().some(({ domain }) => domain === app);
    const [newest] = found.filter(({ state }) => state === "proven" || state === "doubtful");
    return answer(
      say(headOf(found.length, app), {
        list: [
          ...shown.map((backup) => lineOf(backup, app === undefined)),
          ...(found.length > shown.length
            ? [`and ${found.length - shown.length} older ones. All of one app: \`backup list <domain>\``]
            : []),
          ...(all ? [] : hiddenOf(rows, app)),
        ],
        next:
          isLost && newest !== undefined
            ? `${app} is no app any more. To bring it back: \`app restore ${app} ${newest.id}\``
            : found.length === 0
              ? `To take one: \`app backup ${app ?? "<domain>"}\``
              : "More about one: `backup show <backup>`",
      }),
      found,
    );
  },
});

function headOf(count: number, app: AppDomain | undefined): string {
  const of = app === undefined ? "" : ` of ${app}`;
  if (count === 0) return `There is no backup${of}.`;
  return count === 1 ? `There is one backup${of}:` : `There are ${count} backups${of}, the newest first:`;
}

function lineOf({ id, app, state, startedAt, bytes, reason, repository }: Listed, isOfMany: boolean): string {
  return [
    `\`${id}\``,
    ...(isOfMany ? [`**${app}**`] : []),
    `${startedAt.slice(0, 16).replace("T", " ")} UTC`,
    state === "running" ? "under way" : state,
    ...(bytes === null ? [] : [inBytes(bytes)]),
    repository,
    ...(reason === null ? [] : [reason]),
  ].join(" · ");
}

/** That some are left out is said, so that nobody takes the list for all that was tried. */
function hiddenOf(rows: readonly Listed[], app: AppDomain | undefined): string[] {
  const away = rows.filter(({ state }) => state === "away").length;
  const gone = rows.filter((one) => !isThere(one)).length - away;
  const words = [
    ...(gone === 1 ? ["One that failed or was removed is"] : []),
    ...(gone > 1 ? [`${gone} that failed or were removed are`] : []),
    ...(away === 1 ? ["One whose repository was taken out of Tandem is"] : []),
    ...(away > 1 ? [`${away} whose repository was taken out of Tandem are`] : []),
  ];
  return words.map((them) => `${them} not shown: \`backup list${app === undefined ? "" : ` ${app}`} --all\``);
}
