import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { hashOf } from "../src/core/canonical.ts";
import { upgradesHeld, upgradesStopped } from "../src/core/problems/upgrades.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";
import type { Deployed } from "./parts/deploying.ts";
import { howItWent } from "./parts/one-by-one.ts";
import { takesBackup } from "./parts/upgrading.ts";
import upgradeAgreed from "./upgrade-agreed.ts";

type Batch = Awaited<ReturnType<Trades["upgrades"]["planAll"]>>;

/** Characters of notes per version step that are shown; the recipe's page has them all. */
const longestNotes = 1500;

/**
 * Upgrades every app that has a newer version within the policy: one question for the whole list, then app by app.
 * The first that fails is put back and ends it; so does one that is up and whose commands after it have failed, which
 * stays. Those before it stay upgraded.
 */
export default workflow({
  input: z.strictObject({ policy: z.enum(["patch", "minor"]) }),
  lock: () => "upgrades of many apps",

  async run({ step, child, approval, upgrades }, { policy }) {
    const batch = await step("plan", ({ key }) => upgrades.planAll(policy, key));
    if (batch.upgrades.length === 0) {
      return say(`No app has a newer ${policy} version that can be upgraded together with others.`, {
        list: batch.held,
      });
    }
    await approval({
      ask: question(batch, policy),
      from: "maintainer",
      weight: "ordinary",
      binds: hashOf(batch.upgrades.map(({ app, to, hash }) => ({ app, to, hash }))),
      subject: "all apps",
    });
    const done: string[] = [];
    for (const [n, { app, to, hash, backup }] of batch.upgrades.entries()) {
      const because = { hash, withBackup: takesBackup({ backup }) };
      const went = await howItWent(child(`upgrade ${app}`, upgradeAgreed, { app, to, because }));
      const left = batch.upgrades.slice(n + 1).map((one) => one.app);
      if (!went.ok) throw upgradesStopped({ app, to, reason: went.problem.happened, done, left });
      // The next app may have the same to be done after it, and would want the same by hand.
      const { unfinished } = went.message as Deployed;
      if (unfinished !== undefined) throw upgradesHeld({ app, to, unfinished, done, left });
      done.push(app);
    }
    return say(done.length === 1 ? "One app was upgraded." : `${done.length} apps were upgraded.`, {
      list: batch.upgrades.map(({ app, from, to }) => `${app}: ${from} to ${to}`),
      next: "To look at them: `app list`. To take one back: `app rollback <domain>`",
    });
  },
});

function question({ upgrades, diff, held }: Batch, policy: string): Message {
  const notes = new Map(
    upgrades.map(({ recipe, from, to, notes }) => [
      `${recipe} from ${from} to ${to}`,
      notes.length > longestNotes ? `${notes.slice(0, longestNotes)}…` : notes,
    ]),
  );
  const told = [...notes].filter(([, text]) => text !== "").map(([what, text]) => `${what}\n${text}`);
  const count = upgrades.length === 1 ? "one app" : `${upgrades.length} apps, one after the other`;
  return say(`Upgrade ${count}? It stops at the first that does not come up.`, {
    list: [
      ...upgrades.map(({ app, recipe, from, to }) => `**${app}**: ${recipe} from ${from} to ${to}`),
      ...backupWords(upgrades),
      ...held.map((why) => `Not among them: ${why}`),
      `Steps are no larger than ${policy}.`,
    ],
    notes: told.length === 0 ? "" : `What is new:\n${told.join("\n\n")}`,
    attachment: { name: "upgrades.diff", text: diff },
  });
}

/** Of which of them a backup is taken first, and of which none. */
function backupWords(upgrades: Batch["upgrades"]): string[] {
  const having = (is: (backup: Batch["upgrades"][number]["backup"]) => boolean): string[] =>
    upgrades.flatMap(({ app, backup }) => (is(backup) ? [app] : []));
  const taken = having((backup) => takesBackup({ backup }));
  const off = having((backup) => backup.known && !backup.willTake);
  const without = having((backup) => !backup.known);
  const of = (some: string[]): string => (some.length === upgrades.length ? "each" : some.join(", "));
  return [
    ...(taken.length > 0
      ? [`A fresh backup of ${of(taken)} is taken before its upgrade; without it that one does not begin.`]
      : []),
    ...(off.length > 0 ? [`No backup is taken of ${off.join(", ")}, as the policy says.`] : []),
    ...(without.length > 0
      ? [
          `There is no repository for ${without.join(", ")}, so Tandem takes no backup first: ` +
            "make sure that there is a fresh one of each.",
        ]
      : []),
  ];
}
