import { z } from "zod";
import { payoutKeepsChanging } from "../src/core/problems/payouts.ts";
import { Month } from "../src/core/work-terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import { handOn } from "./parts/paying.ts";
import {
  handedOn,
  nothingLeft,
  payoutAgreed,
  payoutPublished,
  payoutQuestion,
} from "./parts/payout-words.ts";

/** Any member may hold an entry while treasurers are asked, and each time they are asked anew. */
const mostTimesAsked = 6;

/**
 * The approved work of a month becomes a batch: published, disputed for some days, agreed to by treasurers whom it does
 * not pay, and handed on to be paid. Whatever ends it before they agree drops the batch; its work waits for the next.
 */
export default workflow({
  input: z.strictObject({ period: Month }),
  outline: ["publish", "until disputes end", "look again", "approval", "agree"],

  async run(tools, { period }) {
    const { step, tx, sleep, payouts, run } = tools;
    const batch = run.id;
    await step("begin", () => null, { undo: () => payouts.drop(batch) });
    const published = await tx("publish", () => {
      const facts = payouts.publish(batch, period, run.askedBy ?? "schedule");
      payouts.tell(`${batch}/published`, roomOf(run.place), payoutPublished(facts, payouts.pageOf(batch)));
      return facts;
    });
    if (published.disputeDays > 0) await sleep("until disputes end", `${published.disputeDays}d`);
    const isAgreed = await agreedBatch(tools, batch, period);
    if (!isAgreed) return nothingLeft(period);
    const ready = await tx("see what is ready", () => {
      const found = payouts.ready(batch);
      payouts.tell(`${batch}/agreed`, roomOf(run.place), payoutAgreed(period, found, payouts.pageOf(batch)));
      return found;
    });
    return handedOn(period, await handOn(tools, ready));
  },
});

/** Asks until what treasurers agreed to is what would be paid. False: nothing is left, the batch is dropped. */
async function agreedBatch(tools: Tools & Trades, batch: string, period: string): Promise<boolean> {
  const { tx, approval, payouts } = tools;
  for (let asked = 1; asked <= mostTimesAsked; asked++) {
    const facts = await tx("look again", () => {
      const now = payouts.lookAgain(batch);
      if (now.hash === null) payouts.drop(batch);
      return now;
    });
    const { hash, needed, payees } = facts;
    if (hash === null) return false;
    const { voices } = await approval({
      ask: payoutQuestion(facts, payouts.pageOf(batch), asked > 1),
      ...{ from: "treasurer", needed, weight: "grave", binds: hash, subject: period, expires: "14d" },
      beneficiaries: payees,
    });
    const names = voices.map(({ member }) => member);
    if (await tx("agree", () => payouts.agree(batch, hash, names))) return true;
  }
  throw payoutKeepsChanging({ period, times: mostTimesAsked });
}

/** A direct conversation is nobody else's place: disputes need to be read by all. */
function roomOf(place: Tools["run"]["place"]): string | null {
  return place === null || place.direct === true ? null : place.room;
}
