/** An app that is brought up from a backup where it was not. */
import { say, type Message } from "../../src/chat/message.ts";
import { reviveFailed } from "../../src/core/problems/restoring.ts";
import type { Tools, Trades } from "../../src/workflow/define.ts";
import { longest } from "../restore-data.ts";
import { laterHooks } from "./later-hooks.ts";
import { upper, type AnewPlan } from "./restoring.ts";

type Verdict = Awaited<ReturnType<Trades["backups"]["verdictRevived"]>>;

/** Carries out what was agreed to; whatever fails, what was made for it is removed again. */
export async function revived(tools: Tools & Trades, plan: AnewPlan): Promise<Message> {
  const { step, tx, apps, backups, run } = tools;
  const { domain, data, deploy } = plan;
  const { seconds, lines } = await broughtUp(tools, plan);
  const seen = await step("look from outside", ({ signal }) => backups.lookAtRevived(plan, signal));
  await tx("write down how it went", () =>
    apps.endRecord(domain, run.id, { outcome: "converged", reason: null }),
  );
  return say(
    `${domain} runs on ${data.server} from the backup \`${data.backup}\`, healthy after ${Math.round(seconds)} s.`,
    {
      list: [
        ...(deploy.opensAt === null ? [] : [`Open it: ${deploy.opensAt}`]),
        ...lines.map(upper),
        ...(seen?.lines ?? []),
        ...(plan.isKnown
          ? [`What runs of it on ${plan.from.server} is still there; take it off by hand.`]
          : []),
      ],
      next:
        plan.isBack === true
          ? `If the server has another address now, let ${domain} lead to it. What it says: \`app logs ${domain}\``
          : `Let the name ${domain} lead to ${data.server}. To take it off again: \`app remove ${domain}\``,
    },
  );
}

async function broughtUp(
  tools: Tools & Trades,
  plan: AnewPlan,
): Promise<{ seconds: number; lines: string[] }> {
  const { step, apps, backups, run } = tools;
  const { domain, data, deploy } = plan;
  const former = await step("look at its row", () => backups.formerRow(plan));
  await step("write the app down", () => backups.reviveApp(plan, run), {
    undo: () => backups.unreviveApp(plan, run, former),
  });
  await step("make its secrets", ({ signal }) => backups.reviveSecrets(plan, run.id, signal), {
    undo: () => backups.dropSecrets(plan),
  });
  await step("fill its volumes", ({ signal }) => backups.fillVolumes(data, run.id, { signal }), {
    timeout: longest,
    undo: async (_, { signal }) => {
      await backups.dropRestoreHelpers(data, run.id, signal);
      await backups.dropMadeVolumes(plan);
    },
  });
  await step("record", () => void apps.beginRecord(deploy, run.id, run.askedBy), {
    undo: () => apps.endRecord(domain, run.id, { outcome: "restored", reason: "the restore was taken back" }),
  });
  await step("deploy it", ({ key }) => backups.deployRevived(plan, key), {
    undo: () => backups.clearRevived(plan),
  });
  const lines: string[] = [];
  if (data.first.length > 0) {
    const up = await step("wait for its database", ({ signal }) =>
      backups.verdictRevived(plan, { signal, first: true }),
    );
    assertUp(plan, up);
    lines.push(
      ...(await step("run what the recipe wants first", ({ signal }) =>
        backups.runRestorePreHooks(data, signal),
      )),
    );
    const replayed = await step("replay", ({ signal }) => backups.replay(data, run.id, { signal }), {
      timeout: longest,
      undo: (_, { signal }) => backups.dropRestoreHelpers(data, run.id, signal),
    });
    lines.push(...replayed.ran);
    await step("start the rest", () => backups.beginRest(plan));
  }
  const verdict = await step("watch", ({ signal }) => backups.verdictRevived(plan, { signal }));
  assertUp(plan, verdict);
  lines.push(...(await laterHooks(tools, data)));
  return { seconds: verdict.seconds, lines };
}

function assertUp({ domain, data }: AnewPlan, { outcome, reason, lastLines = [] }: Verdict): void {
  if (outcome === "converged") return;
  const why = (reason ?? "it did not say why").replace(/\.$/, "");
  throw reviveFailed({ app: domain, server: data.server, backup: data.backup, reason: why, lastLines });
}
