import { say } from "../../../src/chat/message.ts";
import { AppDomain } from "../../../src/core/terms.ts";
import { answer, command } from "../../../src/router/define.ts";

export default command({
  summary: "Show the settings of an app; values that look secret are hidden.",
  example: "app config show notes.example.coop",
  role: "member",
  args: { app: AppDomain },
  reads: true,
  run: ({ args, apps }) => {
    const { domain, recipe, version } = apps.get(args.app);
    const settings = apps.settings(domain);
    return answer(
      say(`${domain} (${recipe} ${version ?? "without a version"}) has ${settings.length} settings:`, {
        code: settings.map(({ key, value }) => `${key}=${value ?? "•••"}`).join("\n"),
        next: `Are they in order? \`app config check ${domain}\``,
      }),
      settings,
    );
  },
});
