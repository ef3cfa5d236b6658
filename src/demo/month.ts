/** A month of work, said in the demo's room: entered, agreed to, disputed, paid out, and corrected afterwards. */
import type { ConsoleTransport } from "../chat/console.ts";
import type { MatrixId } from "../core/terms.ts";
import { ana, bo, cleo, dana, emil } from "./people.ts";
import { hear } from "./talk.ts";

export interface MonthStage {
  room: ConsoleTransport;
  say: (text: string) => void;
  /** The month that is paid out, `YYYY-MM`: one that is over. */
  month: string;
}

/**
 * Plays the month: two budgets, a rate that changes in the middle, a shared piece of work, one that is never paid, a
 * cap that is reached in the middle of a list, a dispute, the payout, and a correction that comes into the next one.
 * Throws where an answer does not come. The totals, 89.60 for Ana, 146.40 for Bo and 27.50 for Emil, are worked out by
 * hand.
 */
export async function playMonth(stage: MonthStage): Promise<void> {
  const { say, room } = stage;
  say("Dana, the treasurer, writes down what the co-op has resolved: a circle, rates, and two budgets.");
  await resolve(stage);
  say("Members enter their work, in one line each. Bo's hour in the forum is a gift.");
  await work(stage);
  say(
    "Cleo looks after the circle: she reads the list and agrees. The 11th hour of a budget of ten has no room.",
  );
  await agree(stage);
  say(
    "Bo disputes an entry, and Dana proposes to pay the rest. She has no voice in that; Cleo, treasurer too, has.",
  );
  await payOut(stage);
  say(
    "Ana notices that she wrote down too much. What was agreed to stays; the difference comes into the next payout.",
  );
  await hear(room, ana, "work correct 1 --time 2h", /-30 min/);
}

/** The month before this one, `YYYY-MM`: one that is over, and not so long ago that its work cannot be entered. */
export function lastMonth(nowMs: number): string {
  const now = new Date(nowMs);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}

async function resolve({ room, month }: MonthStage): Promise<void> {
  const from = `${month}-01`;
  const lines: [string, RegExp][] = [
    ["circle add recipes Recipes", /recipes/],
    ["circle maintainer recipes cleo", /cleo agrees to the work of recipes/],
    [`rate add EUR20 --from ${from} --until ${month}-15 --resolution R003`, /EUR 20\.00/],
    [`rate add EUR22 --from ${month}-16 --resolution R043`, /EUR 22\.00/],
    ["fund balance EUR6507.14", /6507\.14/],
    [`budget add 010 --preset critical-fixes --from ${from}`, /Budget 010/],
    [`budget add 017 Website --cap EUR300 --per total --from ${from} --resolution R041`, /Budget 017/],
  ];
  for (const [line, answer] of lines) await hear(room, dana, line, answer);
}

async function work({ room, month }: MonthStage): Promise<void> {
  const day = (n: string): string => `--date ${month}-${n}`;
  const log = (person: MatrixId, words: string): Promise<unknown> =>
    hear(room, person, `work log ${words}`, /Entry \d+/);
  await log(ana, `2h30 recipes "nextcloud 30 migration" #812 ${day("05")} --budget 017`);
  await log(bo, `1h recipes "answers in the forum" ${day("08")} --kind volunteer`);
  await log(bo, `6h recipes "certificates that had expired" #815 ${day("12")} --budget 010`);
  await log(ana, `5h recipes "mail that did not leave" #816 ${day("13")} --budget 010`);
  await log(ana, `3h recipes "backup hooks of the wiki" #820 ${day("20")} --budget 017 --for bo --share 40%`);
  await log(ana, `0:37 recipes "a colour that nobody asked for" ${day("21")} --budget 017`);
  await log(emil, `1h15 recipes "invoices in one place" ${day("22")} --budget 017`);
}

async function agree({ room }: MonthStage): Promise<void> {
  const list = await hear(room, cleo, "work review recipes", /entries wait for your voice/);
  const code = /work approve recipes ([0-9a-z]{5})/.exec(list.text)?.[1] ?? "";
  await hear(room, cleo, `work approve recipes ${code}`, /Not for entry 4/);
}

async function payOut({ room, month }: MonthStage): Promise<void> {
  for (const person of [ana, bo, emil]) await hear(room, person, "payee set --bank", /bank/);
  await hear(room, bo, "work dispute 6 nobody asked for it", /Entry 6 is held/);
  const question = await hear(room, dana, `payout propose ${month}`, /approve [a-z]{5}/);
  const run = /approve ([a-z]{5})/.exec(question.text)?.[1] ?? "";
  await hear(room, cleo, `approve ${run} ${month}`, new RegExp(`The payout of ${month} is agreed to`));
  await hear(room, dana, `payout show ${run}`, /EUR 263\.50/);
}
