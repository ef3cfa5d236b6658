import { z } from "zod";
import { say } from "../../../src/chat/message.ts";
import { AppDomain, SettingName } from "../../../src/core/terms.ts";
import { answer, command } from "../../../src/router/define.ts";

export default command({
  summary: "Change a setting of an app; it counts from its next deploy on. Passwords are not taken.",
  example: "app config set notes.example.coop PORT 8081",
  role: "member",
  args: { app: AppDomain, setting: SettingName, value: z.string().max(2000).default("") },
  rest: true,
  run: ({ args: { app, setting, value }, by, apps }) => {
    apps.set(by.member.name, app, setting, value);
    return answer(
      say(`${setting} of ${app} is ${value === "" ? "empty" : `\`${value}\``} from its next deploy on.`, {
        next: `To deploy it: \`app deploy ${app}\``,
      }),
      { app, setting, value },
    );
  },
});
