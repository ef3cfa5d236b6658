import { z } from "zod";
import { say } from "../../../src/chat/message.ts";
import { notAllowed } from "../../../src/core/problems/router.ts";
import { AppDomain, SecretName } from "../../../src/core/terms.ts";
import { command, start } from "../../../src/router/define.ts";
import rotate from "../../../workflows/secret/rotate.ts";

export default command({
  summary:
    "Give a secret another value: new version, new containers, verdict, old one removed. A maintainer agrees first.",
  example: "app secret rotate notes.example.coop db_password",
  role: "member",
  givesKeys: true,
  args: {
    app: AppDomain,
    secret: SecretName,
    inserted: z.boolean().default(false).describe("its new value was put in with the form just now"),
  },
  flags: ["inserted"],
  run: ({ args, by, apps, people, secretForms }) => {
    const app = apps.get(args.app).domain;
    const { secret, inserted } = args;
    if (inserted || !secretForms.isByHand(app, secret)) return start(rotate, { app, secret, inserted });
    // Whoever chooses a value must be one who may put one in.
    const { name, roles } = by.member;
    if (!roles.includes("maintainer")) {
      const holders = people
        .withRole("maintainer")
        .map((one) => one.name)
        .join(", ");
      throw notAllowed({ command: "app secret rotate", name, roles: ["maintainer"], holders });
    }
    return {
      kind: "private",
      message: say(
        `This link opens a form for the new value of ${secret} of ${app}, once and within 15 minutes.`,
        {
          list: ["The rotation begins when the value is in. Show the link to nobody."],
          next: secretForms.link(name, app, secret, true),
        },
      ),
      public: say(`${secret} is put in by hand: a form for its new value is on its way to you alone.`),
    };
  },
});
