/** A payout as people read it, and what they say about payouts. */
import { describe, expect, it } from "vitest";
import { render } from "../../src/chat/render.ts";
import { MemberName } from "../../src/core/terms.ts";
import type { Trades } from "../../src/workflow/index.ts";
import askCollective from "../../workflows/ask-collective.ts";
import pay from "../../workflows/pay.ts";
import payout from "../../workflows/payout.ts";
import { expectGolden } from "../golden.ts";
import { openHouse, shippedCommands } from "../router/house.ts";
import { openWorkHouse, type WorkHouse } from "../work/payouts-house.ts";
import { october, playNovember, playOctober } from "../work/month.ts";
import { tell, type Told } from "./telling.ts";

/** mia, who answers here, is a treasurer; there are no days of disputes. Run ids differ each time. */
function open(): WorkHouse {
  const house = openWorkHouse({ settings: { disputeDays: 0, treasurers: 1 } });
  house.people.grant("config", MemberName.parse("mia"), "treasurer");
  return house;
}

/** Everybody is paid by bank here: what happens at Open Collective is told by test/collective and test/crash. */
const collective = { wayOf: () => "bank" };
const others = { pay, "ask-collective": askCollective };
const story = async (house: WorkHouse, answer?: Parameters<typeof tell>[3]): Promise<Told> => {
  const parts = { ...house, collective } as never;
  return tell(parts, payout, { period: "2026-10" }, answer, { askedBy: "tess", others });
};
const without = (text: string, run: string): string => text.replaceAll(run, "bakor");
const posted = (house: WorkHouse): string =>
  house.said.map(({ message }) => `${render(message).body}\n`).join("\n");

describe("a payout", () => {
  it("tells the story of the golden file: a change while treasurers think, then their yes", async () => {
    const house = open();
    for (const one of october) house.log(one);
    house.hold(7, "cleo", "was done in October last year");
    house.paidThrough("bo", "opencollective");
    house.log({ person: "cleo", day: "2026-10-09", minutes: -10, amount: -2000 });
    const told = await story(house, (_, n) => {
      if (n === 1) house.withdraw(3);
      return true;
    });
    expect(
      told.asked.map(({ weight, from, subject, beneficiaries }) => [weight, from, subject, beneficiaries]),
    ).toEqual(Array.from({ length: 2 }, () => ["grave", "treasurer", "2026-10", ["ana", "bo", "cleo"]]));
    expect(told.asked[0]?.binds).not.toBe(told.asked[1]?.binds);
    const words = `${posted(house)}\n--- asked and answered ---\n\n${told.text}`;
    expectGolden("messages/payout.txt", without(words, told.run));
    // Totals only: nobody's amounts are said in the room.
    for (const amount of ["46.67", "57.00", "11.11"]) expect(words).not.toContain(amount);
  });

  it("that is declined is dropped, and its work is approved as before", async () => {
    const house = open();
    house.log({ person: "bo", day: "2026-10-05", minutes: 60, amount: 2000 });
    const { status } = await story(house, () => false);
    expect(status).toBe("undone");
    expect(house.statesOf()).toEqual({ 1: "approved" });
    expect(house.payouts.list().map(({ state }) => state)).toEqual(["dropped"]);
  });

  it("of which nothing is left ends without a question more", async () => {
    const house = open();
    const entry = house.log({ person: "bo", day: "2026-10-05", minutes: 60, amount: 2000 });
    const { status, asked, text } = await story(house, () => {
      house.withdraw(entry);
      return true;
    });
    expect([status, asked.length]).toEqual(["done", 1]);
    expect(text).toContain("Nothing is left of the payout of 2026-10");
    expect(house.payouts.list().map(({ state }) => state)).toEqual(["dropped"]);
  });

  it("that changes each time is given up after the sixth", async () => {
    const house = open();
    const entries = [1, 2, 3, 4, 5, 6, 7].map(() =>
      house.log({ person: "bo", day: "2026-10-05", minutes: 60, amount: 2000 }),
    );
    const { problem } = await story(house, (_, n) => {
      house.withdraw(entries[n - 1] ?? 0);
      return true;
    });
    expect(problem?.code).toBe("payout-keeps-changing");
    expect(house.statesOf()).toEqual({
      ...{ 1: "withdrawn", 2: "withdrawn", 3: "withdrawn", 4: "withdrawn", 5: "withdrawn", 6: "withdrawn" },
      7: "approved",
    });
  });
});

describe("commands", () => {
  it("answer in the words of the golden file; what one gets goes to that person alone", async () => {
    const house = openWorkHouse();
    const door = openHouse(await shippedCommands(), {
      trades: { payouts: house.payouts } as Partial<Trades> as Trades,
    });
    const said = async (name: string, line: string): Promise<string> => {
      const outcome = await door.says(name, line);
      const words =
        outcome.kind === "problem"
          ? Object.values(outcome.problem.text).join("\n")
          : `${outcome.kind === "private" ? "(to the asker alone) " : ""}${render(outcome.message).body}`;
      return `> ${line}\n${words}\n`;
    };
    const lines = [await said("bo", "payout list"), await said("bo", "payout mine")];
    playOctober(house);
    playNovember(house);
    for (const line of [
      "payout list",
      "payout mine",
      "payout show tomek",
      "payout show rufin",
      "payout show nosuc",
    ])
      lines.push(await said("bo", line));
    lines.push(await said("bo", "payout propose 2026-11"), await said("tom", "payout propose 2027-03"));
    expectGolden("messages/payout-commands.txt", lines.join("\n"));
    await door.says("tom", "payout propose 2026-11");
    expect(door.started).toMatchObject([{ input: { period: "2026-11" } }]);
  });
});
