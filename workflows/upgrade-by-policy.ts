import { z } from "zod";
import { sayProblem, say, type Message } from "../src/chat/message.ts";
import { workflow } from "../src/workflow/define.ts";
import type { Deployed } from "./parts/deploying.ts";
import { howItWent, type HowItWent } from "./parts/one-by-one.ts";
import upgradeAgreed from "./upgrade-agreed.ts";

/**
 * When the window opens: upgrades that their apps' policies allow, one after the other with a pause between, as long
 * as the window is open. Each app's room is told how it went; what needs a person rings. One that fails is put back and
 * waits for a person from then on; the next one is begun all the same.
 */
export default workflow({
  input: z.strictObject({}),
  lock: () => "upgrades of many apps",

  async run({ step, tx, child, sleep, run, upgrades }) {
    const isOpen = (): Promise<boolean> => step("look at the clock", () => upgrades.isWindowOpen());
    // One that was missed is made up at the next start, which may be at noon.
    if (!(await isOpen())) return null;
    const { apps, pause } = await step("look", ({ key }) => upgrades.due(key));
    for (const [n, { app, from, to, policy }] of apps.entries()) {
      if (policy === "manual") continue;
      if (n > 0) {
        await sleep("pause", pause);
        if (!(await isOpen())) return null;
      }
      // One that somebody works on comes next night; waiting for it would keep all others waiting.
      if (!(await step(`look whether ${app} is free`, () => upgrades.isFree(app)))) continue;
      const went = await howItWent(child(`upgrade ${app}`, upgradeAgreed, { app, to, because: { policy } }));
      await tx(`tell of ${app}`, () =>
        upgrades.tell(app, `${run.id}/by-policy/${app}`, outcome(went, { app, from, to, policy }), {
          rings: !went.ok || (went.message as Deployed).unfinished !== undefined,
        }),
      );
    }
    return null;
  },
});

interface Step {
  app: string;
  from: string;
  to: string;
  policy: string;
}

function outcome(went: HowItWent, { app, from, to, policy }: Step): Message {
  const about = `by itself: its policy is ${policy}.`;
  const parts = went.ok
    ? [say(`${app} was upgraded from ${from} to ${to} ${about}`), went.message]
    : [say(`${app} was to be upgraded from ${from} to ${to} ${about}`), sayProblem(went.problem)];
  return { blocks: parts.flatMap(({ blocks }) => blocks) };
}
