import { z } from "zod";
import { say, type Message } from "../../src/chat/message.ts";
import { messageOf } from "../../src/core/problem.ts";
import { rotateFailed } from "../../src/core/problems/care.ts";
import { AppDomain, SecretName } from "../../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../../src/workflow/define.ts";
import { agreed, onceMore } from "../parts/agreed.ts";

type RotatePlan = Awaited<ReturnType<Trades["apps"]["planRotate"]>>;

/**
 * Gives the services of an app another value for one secret: a new version beside the old one, the services moved
 * to it, and the old one removed once they are well. Nothing else of the app is changed. When they are not well,
 * all of it is taken back.
 */
export default workflow({
  input: z.strictObject({
    app: AppDomain,
    secret: SecretName,
    /** The value of the next version was put in by hand before. */
    inserted: z.boolean().default(false),
  }),
  lock: ({ app }) => `app ${app}`,
  outline: [
    "plan",
    "approval",
    "plan again",
    "make the new secret",
    "set its version",
    "deploy",
    "watch",
    "write it down",
    "remove the old secret",
  ],

  async run(tools, { app, secret, inserted }) {
    const { step, tx, apps, run } = tools;
    const plan = await agreedPlan(tools, app, secret, inserted);
    const { setting, from, to, services, stack } = plan;
    const who = run.askedBy ?? "schedule";
    if (!inserted) {
      await step("make the new secret", () => apps.makeRotated(plan), {
        undo: () => apps.removeSecrets(app, [plan.newName]),
      });
    }
    await step("set its version", () => apps.setSecretVersion(who, app, setting, to), {
      undo: () => apps.setSecretVersion(who, app, setting, from),
    });
    await step("deploy", () => apps.applyLive(app, stack, { run: run.id, askedBy: run.askedBy }), {
      undo: () => apps.restoreLive(app, stack),
    });
    const verdict = await step("watch", ({ signal }) => apps.verdictLive(app, stack, { signal }));
    if (verdict.outcome !== "converged") {
      const { reason = "it did not say why", lastLines = [] } = verdict;
      throw rotateFailed({ app, what: secret, reason: reason.replace(/\.$/, ""), lastLines });
    }
    await tx("write it down", () =>
      apps.note(app, run, "app.secret-rotated", { secret, setting, from, to, services }),
    );
    return say(
      `${secret} of ${app} is rotated: ${to} is in use, healthy after ${Math.round(verdict.seconds)} s.`,
      {
        list: [...services.map((service) => `${service} has new containers`), await removeOld(tools, plan)],
        next: `See for yourself: \`app secret list ${app}\``,
      },
    );
  },
});

/** The new value is in use by now: whatever happens here, nothing is taken back any more. */
async function removeOld({ step, apps }: Tools & Trades, { domain, oldName }: RotatePlan): Promise<string> {
  try {
    await step("remove the old secret", () => apps.removeSecrets(domain, [oldName]));
    return `gone for good: the old secret ${oldName}`;
  } catch (thrown) {
    return `the old secret ${oldName} is still there: ${messageOf(thrown)}`;
  }
}

/** Asks until what was approved is what would be done. A value that was put in goes away with a no. */
async function agreedPlan(
  tools: Tools & Trades,
  app: AppDomain,
  secret: string,
  inserted: boolean,
): Promise<RotatePlan> {
  const { step, apps } = tools;
  const plan = await step("plan", () => apps.planRotate(app, secret, inserted));
  if (inserted) {
    const { newName } = plan;
    await step("take in the new value", () => newName, { undo: () => apps.removeSecrets(app, [newName]) });
  }
  return agreed(tools, plan, {
    subject: app,
    check: "plan again",
    again: () => apps.planRotate(app, secret, inserted),
    hash: ({ hash }) => hash,
    question: (one, isChanged) => ({ ask: question(one, isChanged), from: "maintainer", weight: "ordinary" }),
  });
}

function question(plan: RotatePlan, isChanged: boolean): Message {
  const { domain, secret, from, to, oldName, newName, services, generate } = plan;
  return say(`${onceMore(isChanged)}Rotate the secret ${secret} of ${domain} from ${from} to ${to}?`, {
    list: [
      generate
        ? `A new value is made as \`${newName}\`; nobody sees it.`
        : `Its new value is in \`${newName}\`.`,
      services.length === 0
        ? "No service uses it at the moment."
        : `New containers of ${services.join(", ")}, and nothing else, use it.`,
      `Once they are well, \`${oldName}\` is removed for good. If they are not, all of this is taken back.`,
      "Mind: a program that keeps the old value in its data, such as a database, must be told the new one.",
    ],
  });
}
