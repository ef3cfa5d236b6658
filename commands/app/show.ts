import { say } from "../../src/chat/message.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

const deploysShown = 5;
const outcomes = {
  running: "under way",
  converged: "deployed",
  failed: "did not come up",
  "rolled back": "rolled back",
  restored: "taken back",
};

export default command({
  summary: "Show one app: its version, its settings, its latest deploys.",
  example: "app show notes.example.coop",
  role: "member",
  args: { app: AppDomain },
  reads: true,
  run: ({ args, apps, backups }) => {
    const app = apps.get(args.app);
    const settings = apps.settings(app.domain);
    const deploys = apps.history(app.domain).slice(0, deploysShown);
    const safe = backups.freshness(app.domain);
    return answer(
      say(`${app.domain} is a ${app.recipe} ${app.version ?? "without a version"} on ${app.server}.`, {
        list: [
          `Its policy for upgrades is ${app.policy}.`,
          safe.state === "red" ? `**Not safe: ${safe.words}.**` : `Its data: ${safe.words}.`,
          ...backups.drillWords({ app: app.domain }).slice(0, 1),
          `Made by ${app.createdBy} on ${app.createdAt.slice(0, 10)}; its stack is \`${app.stack}\`.`,
          ...deploys.map(({ version, chaos, outcome, reason, startedAt, askedBy, run }) =>
            [
              `${startedAt.slice(0, 16).replace("T", " ")} UTC: ${aimOf(version, chaos)} ${outcomes[outcome]}`,
              `asked by ${askedBy ?? "a schedule"}, run \`${run}\``,
              ...(reason === null ? [] : [reason]),
            ].join(" · "),
          ),
          ...(deploys.length === 0 ? ["It was never deployed."] : []),
        ],
        code: settings.map(({ key, value }) => `${key}=${value ?? "•••"}`).join("\n"),
        next: `What runs: \`app ps ${app.domain}\`. To change it: \`app set ${app.domain} <setting> <value>\``,
      }),
      { ...app, backup: safe, settings, deploys: deploys.map(({ specs: _specs, ...deploy }) => deploy) },
    );
  },
});

/** What was deployed: a version, or a commit that is none. */
function aimOf(version: string | null, chaos: string | null): string {
  return chaos === null ? (version ?? "unknown version") : `commit ${chaos.slice(0, 8)}`;
}
