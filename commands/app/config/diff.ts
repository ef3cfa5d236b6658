import { say } from "../../../src/chat/message.ts";
import { AppDomain } from "../../../src/core/terms.ts";
import { answer, command } from "../../../src/router/define.ts";

/** One setting in two states, as `SettingChange` has it. */
interface Change {
  key: string;
  was: string | null | undefined;
  is: string | null | undefined;
}

export default command({
  summary: "Compare the settings of an app with those of its last deploy and with the recipe's sample.",
  example: "app config diff notes.example.coop",
  role: "member",
  args: { app: AppDomain },
  reads: true,
  run: async ({ args: { app }, apps }) => {
    const diff = await apps.configDiff(app);
    const { sinceDeploy, againstSample } = diff;
    const deployed =
      sinceDeploy === null
        ? ["No deploy is known whose settings could be compared."]
        : sinceDeploy.changes.length === 0
          ? ["Nothing was changed since the last deploy."]
          : [`Since the last deploy (${sinceDeploy.at.slice(0, 16).replace("T", " ")} UTC):`];
    const sample = `Against the sample of ${againstSample.version}:`;
    const lines = [
      ...deployed,
      ...(sinceDeploy?.changes ?? []).flatMap(linesOf),
      "",
      againstSample.changes.length === 0 ? `The same as the sample of ${againstSample.version}.` : sample,
      ...againstSample.changes.flatMap(linesOf),
    ];
    const pending = sinceDeploy?.changes.length ?? 0;
    return answer(
      say(
        pending === 0
          ? `Settings of ${app}:`
          : `Settings of ${app}; ${pending === 1 ? "one waits" : `${pending} wait`} for a deploy:`,
        {
          diff: lines.join("\n"),
          next:
            pending === 0
              ? `Are they in order? \`app config check ${app}\``
              : `To deploy: \`app deploy ${app}\``,
        },
      ),
      diff,
    );
  },
});

function linesOf({ key, was, is }: Change): string[] {
  if (was === null || is === null) {
    return [was === undefined ? `+ ${key}=•••` : is === undefined ? `- ${key}=•••` : `~ ${key} changed`];
  }
  return [...(was === undefined ? [] : [`- ${key}=${was}`]), ...(is === undefined ? [] : [`+ ${key}=${is}`])];
}
