import { z } from "zod";
import { say, type Message } from "../../src/chat/message.ts";
import { DayPart, RepositoryName } from "../../src/core/backup-terms.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { answer, command, type CommandContext } from "../../src/router/define.ts";

const Count = z.coerce
  .number({ error: "a whole number up to 1000" })
  .int({ error: "a whole number up to 1000" })
  .min(0, { error: "a whole number up to 1000" })
  .max(1000, { error: "a whole number up to 1000" });
const Switch = z.enum(["on", "off"], { error: "on or off" });

export default command({
  summary: "Say how an app is backed up; with nothing else said, show it.",
  example: "backup policy notes.example.coop --window 01:00-05:00 --keep-daily 14",
  role: "maintainer",
  args: {
    app: AppDomain,
    repository: RepositoryName.optional(),
    window: DayPart.optional(),
    "keep-daily": Count.optional(),
    "keep-weekly": Count.optional(),
    "keep-monthly": Count.optional(),
    mode: z.enum(["running", "stopped", "off"], { error: "running, stopped or off" }).optional(),
    dumps: Switch.optional(),
    "data-back": z.enum(["always", "ask", "never"], { error: "always, ask or never" }).optional(),
  },
  flags: ["repository", "window", "keep-daily", "keep-weekly", "keep-monthly", "mode", "dumps", "data-back"],
  run: ({ args, by, apps, backups }) => {
    const { app } = args;
    apps.get(app);
    const { dumps } = args;
    const policy = backups.setPolicy(by.member.name, app, {
      repository: args.repository,
      window: args.window,
      keepDaily: args["keep-daily"],
      keepWeekly: args["keep-weekly"],
      keepMonthly: args["keep-monthly"],
      mode: args.mode,
      dumps: dumps === undefined ? undefined : dumps === "on",
      dataBack: args["data-back"],
    });
    return answer(words(app, policy), { app, ...policy });
  },
});

const modes = {
  running: "It runs on while its volumes are read.",
  stopped: "It is stopped while its volumes are read.",
  off: "It is not backed up, and is not red for that.",
};
const dataBack = {
  always: "When an upgrade fails, its data goes back with the program, to the backup taken just before.",
  ask: "When an upgrade fails, a maintainer is asked whether its data goes back with the program.",
  never: "When an upgrade fails, only the program goes back, not its data.",
};

function words(app: AppDomain, policy: ReturnType<CommandContext<unknown>["backups"]["policyOf"]>): Message {
  const { repository, window, keep, mode } = policy;
  const into = repository === null ? "nowhere: there is no repository for it" : `into ${repository}`;
  return say(`${app} is backed up ${into}, between ${window.replace("-", " and ")}.`, {
    list: [
      modes[mode],
      `${keep.daily} daily, ${keep.weekly} weekly and ${keep.monthly} monthly backups are kept.`,
      policy.dumps
        ? "A known database that its recipe does not dump is dumped by Tandem."
        : "Databases are dumped only where its recipe does it.",
      dataBack[policy.dataBack],
    ],
    next:
      repository === null
        ? "To add one: `backup repo add <name> <location>`"
        : `Its backups: \`backup list ${app}\`. To take one now: \`app backup ${app}\``,
  });
}
