import { say } from "../../src/chat/message.ts";
import { ServerName } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "List apps that run on the servers and are not known here; their labels are enough.",
  example: "app found",
  role: "member",
  args: { server: ServerName.optional() },
  reads: true,
  run: async ({ args, apps }) => {
    const { apps: found, silent } = await apps.found(args.server);
    const text =
      found.length === 0
        ? "Every app that runs is known here."
        : found.length === 1
          ? "One app runs that is not known here:"
          : `${found.length} apps run that are not known here:`;
    return answer(
      say(text, {
        list: [
          ...found.map(({ domain, stack, server, recipe, version, versionLabel, chaos, services }) =>
            [
              domain === null ? `the stack \`${stack}\`, which says no domain` : `**${domain}**`,
              recipe ?? "a recipe that it does not name",
              version ?? `unknown version (${versionLabel ?? "no label"})`,
              ...(chaos === null ? [] : [`at commit ${chaos}`]),
              `on ${server}`,
              services.length === 1 ? "1 service" : `${services.length} services`,
            ].join(" · "),
          ),
          ...silent.map(({ server, why }) => `${server} was not asked: ${why}`),
        ],
        ...(found.length > 0 && { next: "To take one over: `app adopt <domain>`" }),
      }),
      { apps: found, silent },
    );
  },
});
