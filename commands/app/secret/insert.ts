import { say } from "../../../src/chat/message.ts";
import { AppDomain, SecretName } from "../../../src/core/terms.ts";
import { command } from "../../../src/router/define.ts";

export default command({
  summary: "Put the value of a secret in by hand: you get a link to a form for it, to you alone.",
  example: "app secret insert notes.example.coop smtp_password",
  role: "maintainer",
  givesKeys: true,
  args: { app: AppDomain, secret: SecretName },
  run: ({ args: { app, secret }, by, apps, secretForms }) => ({
    kind: "private",
    message: say(
      `This link opens a form for ${secret} of ${app}, once and within 15 minutes. Show it to nobody.`,
      {
        next: secretForms.link(by.member.name, apps.get(app).domain, secret, false),
      },
    ),
    public: say(`A form for ${secret} of ${app} is on its way to you alone. Never say its value here.`),
  }),
});
