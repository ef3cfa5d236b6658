/** The life of a batch: what it refuses, what makes it change, what becomes of its entries. */
import { beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { MemberName } from "../../src/core/terms.ts";
import { openWorkHouse, type WorkHouse } from "./payouts-house.ts";

let house: WorkHouse;
beforeEach(() => {
  house = openWorkHouse();
});
const batch = "tomek";
const hour = (person: string, amount = 2000, more: object = {}): number =>
  house.log({ person, day: "2026-10-05", minutes: 60, amount, ...more });
const publish = (id = batch, period = "2026-10") => {
  house.clock.pass(1000);
  return house.payouts.publish(id, period, "tess");
};
const code = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.code;
    throw thrown;
  }
};
function agree(id = batch, voices = ["tom"]): boolean {
  return house.payouts.agree(id, house.payouts.lookAgain(id).hash ?? "", voices);
}

describe("a batch is not made", () => {
  it.each(["2026-12", "2027-01"])("of %s, which has not begun", (period) => {
    hour("bo");
    expect(code(() => publish(batch, period))).toBe("payout-ahead");
  });

  it("of nothing: of what waits, is declined, held, recorded or of a later month", () => {
    expect(code(publish)).toBe("payout-nothing");
    hour("bo", 2000, { state: "submitted" });
    hour("bo", 2000, { day: "2026-11-01" });
    house.log({
      person: "bo",
      day: "2026-10-06",
      minutes: 60,
      amount: null,
      kind: "volunteer",
      state: "recorded",
    });
    house.hold(hour("bo"), "cleo", "twice");
    expect(code(publish)).toBe("payout-nothing");
    expect(house.payouts.list()).toEqual([]);
    expect(house.statesOf()).toEqual({ 1: "submitted", 2: "approved", 3: "recorded", 4: "approved" });
  });

  it("while another is proposed, and is once that is dropped or agreed to", () => {
    hour("bo");
    publish();
    hour("ana");
    expect(code(() => publish("rufin"))).toBe("payout-open");
    house.payouts.drop(batch);
    expect(publish("rufin").entries).toBe(2);
    expect(agree("rufin")).toBe(true);
    hour("cleo");
    expect(publish("sadel").entries).toBe(1);
  });

  it("when whoever could agree proposes it or is paid by it", () => {
    hour("tom");
    expect(code(publish)).toBe("payout-too-few-treasurers");
    house.people.grant("ana", MemberName.parse("mia"), "treasurer");
    expect(publish().payees).toEqual(["tom"]);
  });

  it("of a version that nobody has agreed to", () => {
    const entry = hour("bo");
    house.db.sqlite.prepare("update work_entry set approved_hash = 'other' where id = ?").run(entry);
    expect(code(publish)).toBe("payout-nothing");
  });
});

describe("treasurers' voices count for nothing", () => {
  it("for another hash, for too few, for the proposer, a payee, or who is treasurer no more", () => {
    hour("bo");
    publish();
    const { hash } = house.payouts.lookAgain(batch);
    expect(house.payouts.agree(batch, "other", ["tom"])).toBe(false);
    expect(house.payouts.agree(batch, hash ?? "", [])).toBe(false);
    expect(house.payouts.agree(batch, hash ?? "", ["tess", "bo", "mia"])).toBe(false);
    house.people.revoke("ana", MemberName.parse("tom"), "treasurer");
    expect(house.payouts.agree(batch, hash ?? "", ["tom"])).toBe(false);
    expect(house.payouts.get(batch).state).toBe("asked");
  });

  it("after an entry was held or withdrawn; what stays is asked anew", () => {
    const [held, gone] = [hour("bo"), hour("ana")];
    hour("cleo");
    publish();
    const { hash } = house.payouts.lookAgain(batch);
    house.hold(held, "cleo", "twice");
    house.withdraw(gone);
    expect(house.payouts.agree(batch, hash ?? "", ["tom"])).toBe(false);
    expect(agree()).toBe(true);
    expect(house.statesOf()).toEqual({ 1: "approved", 2: "withdrawn", 3: "batched" });
    expect(house.payouts.payables({ batch }).map(({ id }) => id)).toEqual(["tomek/cleo/EUR"]);
  });

  it("alone, where the settings want two", () => {
    house = openWorkHouse({ settings: { disputeDays: 0, treasurers: 2 } });
    house.people.grant("ana", MemberName.parse("mia"), "treasurer");
    hour("bo");
    publish();
    expect(agree(batch, ["tom", "tom"])).toBe(false);
    expect(agree(batch, ["tom", "mia"])).toBe(true);
    expect(house.payouts.get(batch).approvedBy).toEqual(["mia", "tom"]);
  });
});

describe("afterwards", () => {
  it("a dropped batch owes nothing, and dropping it twice or after the yes changes nothing", () => {
    hour("bo");
    publish();
    house.payouts.drop(batch);
    house.payouts.drop(batch);
    expect(house.payouts.payables({})).toEqual([]);
    expect(house.statesOf()).toEqual({ 1: "approved" });
    publish("rufin");
    agree("rufin");
    house.payouts.drop("rufin");
    house.payouts.drop("nosuc");
    expect(house.payouts.get("rufin").state).toBe("approved");
    expect(house.audit.list({ subject: "rufin" }).map(({ what }) => what)).toEqual([
      "payout.agreed",
      "payout.published",
    ]);
  });

  it("what was approved after the publication waits for the next one", () => {
    hour("bo");
    publish();
    hour("ana");
    expect(house.payouts.lookAgain(batch).entries).toBe(1);
  });

  it("a dropped batch gives back what it had taken over", () => {
    hour("bo", -500);
    publish();
    agree();
    hour("bo", 800);
    publish("rufin");
    expect(house.payouts.payables({ batch: "rufin" })).toMatchObject([{ amountMinor: 300n }]);
    house.payouts.lookAgain("rufin");
    house.payouts.drop("rufin");
    publish("sadel");
    agree("sadel");
    expect(house.payouts.ready("sadel")).toMatchObject([{ member: "bo", amount: "EUR 3.00", how: null }]);
    house.markPaid("sadel/bo/EUR", "e1");
    house.payouts.settle("sadel/bo/EUR");
    expect(house.statesOf()).toEqual({ 1: "paid", 2: "paid" });
    expect(house.payouts.list().map(({ id, state }) => [id, state])).toEqual([
      ["sadel", "paid"],
      ["rufin", "dropped"],
      ["tomek", "paid"],
    ]);
  });

  it("an entry is paid when all its shares are", () => {
    const half = ["bo", "ana"].map((member) => ({ member, basisPoints: 5000 }));
    const entry = hour("bo", 2001, { shares: half });
    publish();
    agree();
    for (const [member, state] of [
      ["ana", "batched"],
      ["bo", "paid"],
    ] as const) {
      house.markPaid(`tomek/${member}/EUR`, member);
      house.payouts.settle(`tomek/${member}/EUR`);
      expect(house.stateOf(entry)).toBe(state);
    }
    expect(house.payouts.get(batch).state).toBe("paid");
  });
});
