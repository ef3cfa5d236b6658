import { say } from "../../../src/chat/message.ts";
import { AppDomain } from "../../../src/core/terms.ts";
import { answer, command } from "../../../src/router/define.ts";

export default command({
  summary: "List the secrets of an app: their versions, whether they exist, who uses them. No values.",
  example: "app secret list notes.example.coop",
  role: "member",
  args: { app: AppDomain },
  reads: true,
  run: async ({ args: { app }, apps }) => {
    const secrets = await apps.secrets(app);
    const lacking = secrets.filter(({ exists }) => !exists);
    const [first] = lacking;
    const next =
      first === undefined
        ? `To give one another value: \`app secret rotate ${app} <secret>\``
        : wayTo(app, first);
    return answer(
      say(secrets.length === 0 ? `${app} has no secrets.` : `Secrets of ${app}:`, {
        list: secrets.map(({ secret, version, name, exists, usedBy, generate }) =>
          [
            secret === null ? `left over: \`${name}\`` : `**${secret}** ${version ?? ""} \`${name}\``,
            exists ? "exists" : generate ? "not made yet" : "to be put in by hand",
            usedBy.length === 0 ? "used by nobody" : `used by ${usedBy.join(", ")}`,
          ].join(" · "),
        ),
        ...(secrets.length > 0 && { next }),
      }),
      secrets,
    );
  },
});

function wayTo(app: string, { secret, generate }: { secret: string | null; generate: boolean }): string {
  const verb = generate ? "generate" : "insert";
  return `To make what is not there: \`app secret ${verb} ${app} ${secret ?? ""}\``;
}
