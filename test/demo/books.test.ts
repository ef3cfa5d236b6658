/** The two months of the demo: taken in, played to the close of September; October can be closed by whoever goes on. */
import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { playBooks, takeBooks } from "../../src/demo/books.ts";
import { cleo, dana, emil, settleIn } from "../../src/demo/people.ts";
import { bankNumber, bankTable, fund } from "../../src/demo/two-months.ts";
import { openStage, type Stage } from "../house/stage.ts";

let stage: Stage;
beforeAll(async () => {
  const gls = { number: bankNumber, currency: "EUR", mapping: "gls" };
  stage = await openStage({ settings: { books: { accounts: { gls } }, collective: { slug: fund } } });
  settleIn(stage.house.people);
});
afterAll(() => stage.stop());

const told = (): string =>
  stage.chat.board
    .all()
    .map(({ text }) => text)
    .join("\n");
const facts = (): unknown =>
  stage.rows("select kind, count(*) as n from book_fact group by kind order by kind");

test("all files go in, once, with one alarm that a treasurer is to see", async () => {
  await takeBooks(stage.folder, stage.config);
  const taken = facts();
  expect(taken).toContainEqual({ kind: "line", n: bankTable().trim().split("\r\n").length - 1 });
  expect(stage.rows("select ext from book_alarm")).toEqual([{ ext: "txn_ch_oct_3" }]);
  expect(existsSync(path.join(stage.folder, "books/bank-account.csv"))).toBe(true);
  await takeBooks(stage.folder, stage.config);
  expect(facts()).toEqual(taken);
});

test("September is played to its close, and holds what was decided", { timeout: 60_000 }, async () => {
  const said: string[] = [];
  await playBooks({ room: stage.chat, say: (text) => said.push(text) });
  expect(said.at(-1)).toContain("October is left to you");
  const [closed] = stage.rows("select month, closed_by, report from book_period");
  expect(closed).toMatchObject({ month: "2026-09", closed_by: '["cleo","emil"]' });
  const report = JSON.parse(String(closed?.["report"])) as { places: object[]; others: object[] };
  const row = (account: string, moved: number, opening = 0): object => ({
    ...{ account, currency: "EUR", opening, moved, closing: opening + moved },
  });
  // As the last line of September says: 2,077.84.
  expect(report.places).toEqual(expect.arrayContaining([row("assets:bank:gls", 82_784, 125_000)]));
  // Dues 100.00; charges 260.00; the grant. What is not here, such as suspense, came to nothing.
  expect(report.others).toEqual(
    expect.arrayContaining([
      row("income:dues", -10_000),
      row("income:hosting", -26_000),
      row("income:hosting:refunds", 2500),
      row("income:grants", -64_000),
      row("expenses:work:servers", 3850),
      row("expenses:work:domains", 350),
      row("expenses:fees:stripe", 516),
    ]),
  );
});

test("October comes out even with what waits there", { timeout: 60_000 }, async () => {
  const queue = (await stage.say(dana, "!tandem money queue")).join("\n");
  const line = (day: string): string => new RegExp(`${day}/[0-9a-f]+`).exec(queue)?.[0] ?? "none";
  await stage.say(dana, `!tandem money writeoff ${line("2026-10-01")} expenses:fees:transfer "the quarter"`);
  await stage.say(dana, `!tandem money split ${line("2026-10-15")} expenses:work:servers=EUR42 "bill 4802"`);
  await stage.say(dana, '!tandem money ignore txn_ch_oct_3 "corrected in November"');
  expect((await stage.say(dana, "!tandem money status")).join()).toContain("Every cent is accounted for.");
  const question = (await stage.say(dana, "!tandem money close 2026-10")).join("\n");
  const run = /approve ([a-z]{5})/.exec(question)?.[1] ?? "none";
  for (const who of [cleo, emil]) await stage.say(who, `!tandem approve ${run} 2026-10`);
  expect(told()).toContain("2026-10 is closed; cleo, emil agreed.");
});
