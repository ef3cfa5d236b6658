import { say } from "../../../src/chat/message.ts";
import { AppDomain, SettingName } from "../../../src/core/terms.ts";
import { answer, command } from "../../../src/router/define.ts";

export default command({
  summary: "Take a setting of an app away, with every line that sets it; it counts from its next deploy on.",
  example: "app config unset notes.example.coop PORT",
  role: "member",
  args: { app: AppDomain, setting: SettingName },
  run: ({ args: { app, setting }, by, apps }) => {
    apps.unset(by.member.name, app, setting);
    return answer(
      say(
        `${setting} of ${app} is gone from its next deploy on; the recipe's own value counts, if it has one.`,
        {
          next: `To deploy it: \`app deploy ${app}\``,
        },
      ),
      { app, setting },
    );
  },
});
