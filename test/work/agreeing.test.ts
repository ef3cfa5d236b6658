/** Who agrees to work, how, and what it then does to budgets. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { furnish, idOf, openWorkHouse, type WorkHouse } from "./house.ts";

let house: WorkHouse;
beforeEach(async () => {
  house = await openWorkHouse();
  await furnish(house);
});

const runOf = (id: number): string => house.work.entry("tom", id).run ?? "none";

describe("nobody agrees to what is theirs", () => {
  /** Each way in which somebody could try, on an entry of bo. */
  const ways: Record<string, (name: string, id: number) => Promise<string>> = {
    "by reaction": async (name, id) => {
      await house.reacts(name, id, "✅");
      return house.state(id);
    },
    "by command": async (name, id) => {
      await house.says(name === "bo-phone" ? "bo" : name, `approve ${runOf(id)}`, { matrixId: idOf(name) });
      return house.state(id);
    },
    "by the code of the batch": async (name, id) => {
      const person = name === "bo-phone" ? "bo" : name;
      const { code, entries } = house.work.review(person, "recipes");
      expect(entries).toEqual([]);
      expect((await house.says(person, `work approve recipes ${code}`, { matrixId: idOf(name) })).kind).toBe(
        "problem",
      );
      return house.state(id);
    },
  };
  const people: [string, string, string][] = [
    ["the person", "bo", "work log 1h recipes x"],
    ["another account of the person", "bo-phone", "work log 1h recipes x"],
    ["who sits on the same seat", "sam", "work log 1h recipes x"],
    ["who has a share in it", "mo", "work log 1h recipes x --for mo --share 10%"],
    ["a seat mate of who has a share in it", "sam", "work log 1h recipes x --for bo --share 10%"],
    ["who is no maintainer", "zoe", "work log 1h recipes x"],
    ["a treasurer who is neither", "tom", "work log 1h recipes x"],
  ];
  test.each(people)("%s", async (_, name, line) => {
    await house.says("tom", "circle maintainer recipes bo");
    const asker = line.includes("--for bo") ? "ana" : "bo";
    for (const [way, tries] of Object.entries(ways)) {
      const id = await house.logs(asker, `${line} ${way}`);
      expect([way, await tries(name, id)]).toEqual([way, "submitted"]);
      await house.says(asker, `work withdraw ${id}`);
    }
  });

  test("whoever entered it for somebody else", async () => {
    const id = await house.logs("mo", "work log 1h recipes x --for ana");
    for (const tries of Object.values(ways)) expect(await tries("mo", id)).toBe("submitted");
  });

  test("not even after it was corrected by somebody else", async () => {
    const id = await house.logs("mo", "work log 1h recipes x --for ana");
    await house.says("ana", `work correct ${id} --time 2h`);
    await house.reacts("ana", id, "✅");
    expect(house.state(id)).toBe("submitted");
  });

  test("seat mates may, where the settings say so", async () => {
    house = await openWorkHouse({ seatMatesAgree: true });
    await furnish(house);
    const id = await house.logs("bo", "work log 1h recipes x");
    await house.reacts("sam", id, "✅");
    expect(house.state(id)).toBe("approved");
  });
});

test("a decline needs a reason in words or a reaction; it can be asked anew", async () => {
  const id = await house.logs("bo", "work log 1h recipes x");
  await house.reacts("mo", id, "👎");
  expect(house.state(id)).toBe("declined");
  expect(house.work.standing("010")).toMatchObject({ spentMinor: 0, waitingMinor: 0 });
  await house.says("bo", `work submit ${id}`);
  expect(house.state(id)).toBe("submitted");
  await house.reacts("cy", id, "✅");
  expect(house.state(id)).toBe("approved");
  expect(await house.refused("bo", `work submit ${id}`)).toBe("entry-is-over");
});

test("who came to look after it later is asked when it is asked anew; the question before takes no voice", async () => {
  const id = await house.logs("bo", "work log 1h recipes x");
  const before = runOf(id);
  await house.says("tom", "circle maintainer recipes ana");
  await house.reacts("ana", id, "✅");
  expect(house.state(id)).toBe("submitted");
  await house.says("bo", `work submit ${id}`);
  expect(runOf(id)).not.toBe(before);
  expect(await house.refused("mo", `approve ${before}`)).toBe("approval-settled");
  await house.reacts("ana", id, "✅");
  expect(house.work.entry("bo", id)).toMatchObject({ state: "approved", approvedBy: ["ana"] });
});

test("an edit voids the agreement and is asked about anew; the old question takes no voice", async () => {
  const id = await house.logs("bo", "work log 1h recipes x");
  const before = runOf(id);
  await house.says("bo", `work correct ${id} --time 3h`);
  expect(house.work.entry("bo", id)).toMatchObject({ version: 2, minutes: 180, amountMinor: 6000 });
  expect(runOf(id)).not.toBe(before);
  expect(await house.refused("mo", `approve ${before}`)).toBe("approval-settled");
  await house.reacts("mo", id, "✅");
  expect(house.work.entry("bo", id)).toMatchObject({ state: "approved", approvedBy: ["mo"] });
  await house.says("bo", `work correct ${id} --what "something else"`);
  expect(house.work.entry("bo", id)).toMatchObject({
    ...{ state: "submitted", approvedHash: null, approvedBy: [], approval: null },
  });
  expect(house.work.standing("010")).toMatchObject({ spentMinor: 0, waitingMinor: 6000 });
  expect(await house.refused("bo", `work correct ${id} --time 3h`)).toBe("correction-empty");
  expect(house.said("/outcome")).toEqual([]);
});

test("withdrawn work counts nowhere, and its question is over", async () => {
  const id = await house.logs("bo", "work log 1h recipes x");
  await house.says("bo", `work withdraw ${id}`);
  expect(house.approvals.list({ status: "open" })).toEqual([]);
  const other = await house.logs("bo", "work log 1h recipes y");
  await house.reacts("mo", other, "✅");
  await house.says("bo", `work withdraw ${other}`);
  expect(house.work.standing("010").spentMinor).toBe(0);
  expect(await house.refused("bo", `work withdraw ${other}`)).toBe("entry-is-over");
  expect(await house.refused("bo", `work correct ${other} --time 2h`)).toBe("entry-is-over");
});

test("what is in a batch is corrected by the difference", async () => {
  const id = await house.logs("bo", "work log 1h recipes x");
  await house.reacts("mo", id, "✅");
  house.db.sqlite.prepare("update work_entry set state = 'paid' where id = ?").run(id);
  expect(await house.refused("bo", `work withdraw ${id}`)).toBe("entry-is-over");
  expect(await house.refused("bo", `work correct ${id} --circle recipes`)).toBe("correction-too-wide");
  const less = await house.logs("bo", `work correct ${id} --time 20m`);
  expect(house.work.entry("bo", less)).toMatchObject({
    ...{ corrects: id, minutes: -40, amountMinor: -1333, state: "submitted", description: "correction: x" },
  });
  expect(await house.refused("bo", `work correct ${less} --time 2h`)).toBe("correction-of-correction");
  expect(await house.refused("bo", `work withdraw ${id}`)).toBe("entry-is-over");
  await house.reacts("mo", less, "✅");
  expect(house.work.standing("010")).toMatchObject({ spentMinor: 667, spentMinutes: 20 });
  const none = await house.logs("bo", `work correct ${id} --time 0`);
  expect(house.work.entry("bo", none)).toMatchObject({ corrects: id, minutes: -20, amountMinor: -667 });
});

describe("two voices", () => {
  test("above the limit; and a voice that is taken back does not count", async () => {
    house = await openWorkHouse({ twoVoicesAbove: "EUR50" });
    await furnish(house);
    const small = await house.logs("ana", "work log 2h30 recipes x");
    await house.reacts("mo", small, "✅");
    expect(house.state(small)).toBe("approved");
    const large = await house.logs("ana", "work log 2h31 recipes y");
    await house.reacts("mo", large, "✅");
    await house.reacts("mo", large, "✅");
    expect(house.state(large)).toBe("submitted");
    await house.reacts("di", large, "✅");
    expect(house.work.entry("ana", large)).toMatchObject({ state: "approved", approvedBy: ["di", "mo"] });
  });
});

test("a voice of somebody who looks after it no longer is not counted, and it is asked anew", async () => {
  house = await openWorkHouse({ twoVoicesAbove: "EUR1" });
  await furnish(house);
  const id = await house.logs("ana", "work log 1h recipes x");
  await house.reacts("mo", id, "✅");
  await house.says("tom", "circle maintainer recipes mo --remove");
  await house.reacts("di", id, "✅");
  expect(house.state(id)).toBe("submitted");
  expect(house.said("/question").at(-1)).toContain("Some voices do not count any more");
  expect(house.said("/question").at(-1)).toContain(
    "May answer: @cy:example.coop, @di:example.coop, @sam:example.coop",
  );
});

describe("caps", () => {
  test("the eleventh hour of ten is refused with what is left, and can be asked about later", async () => {
    const nine = await house.logs("ana", "work log 9h recipes most of it");
    const two = await house.logs("bo", "work log 2h recipes the rest");
    await house.reacts("mo", nine, "✅");
    await house.reacts("mo", two, "✅");
    expect([house.state(nine), house.state(two)]).toEqual(["approved", "submitted"]);
    expect(house.said("/outcome").at(-1)).toContain(
      `Entry ${two} takes 2 h, and of budget 010 1 h is left in 2026-11.`,
    );
    await house.says("ana", `work correct ${nine} --time 8h`);
    await house.reacts("mo", nine, "✅");
    await house.says("bo", `work submit ${two}`);
    await house.reacts("mo", two, "✅");
    expect(house.state(two)).toBe("approved");
    expect(house.work.standing("010")).toMatchObject({
      spentMinutes: 600,
      leftMinutes: 0,
      emptyOn: "2026-11-26",
    });
  });

  test("a month's cap does not count other months", async () => {
    for (const day of ["2026-10-03", "2026-11-03"]) {
      const id = await house.logs("ana", `work log 10h recipes x --date ${day}`);
      await house.reacts("mo", id, "✅");
      expect(house.state(id)).toBe("approved");
    }
  });

  test("a paused budget agrees to nothing", async () => {
    const id = await house.logs("ana", "work log 1h recipes x");
    await house.says("tom", "budget pause 010");
    await house.reacts("mo", id, "✅");
    expect(house.state(id)).toBe("submitted");
    expect(house.said("/outcome").at(-1)).toContain("it is paused");
  });

  test("burn-down: spent, a week's average, and the end of the month", async () => {
    const id = await house.logs("ana", "work log 5h12 recipes x");
    await house.reacts("mo", id, "✅");
    await house.logs("bo", "work log 1h recipes y");
    // 312 minutes in 26 days: 84 a week, 360 in 30 days.
    expect(house.work.standing("010")).toMatchObject({
      ...{ spentMinutes: 312, spentMinor: 10_400, leftMinutes: 288, weekMinutes: 84, endMinutes: 360 },
      ...{ endMinor: 12_000, waitingMinutes: 60, waitingMinor: 2000, emptyOn: null },
    });
    const text = await house.reads("bo", "budget show 010");
    expect(text).toContain("Spent: in 2026-11 EUR 104.00 and 5 h 12 spent, EUR 896.00 and 4 h 48 left");
    expect(text).toContain("If it goes on like this, by the month's end: EUR 120.00 and 6 h");
  });
});

describe("many at once", () => {
  test("a code stands for exactly the list that was read", async () => {
    const ids = [];
    for (const n of [1, 2, 3]) ids.push(await house.logs("bo", `work log ${n}h recipes thing ${n}`));
    const { code, entries } = house.work.review("mo", "recipes");
    expect(entries.map((one) => one.id)).toEqual(ids);
    expect(await house.reads("mo", "work review")).toContain(`work approve all ${code}`);
    await house.says("bo", `work correct ${ids[1] ?? 0} --time 4h`);
    expect(await house.refused("mo", `work approve recipes ${code}`)).toBe("review-changed");
    expect(ids.map((id) => house.state(id))).toEqual(["submitted", "submitted", "submitted"]);
    const now = house.work.review("mo", "recipes").code;
    expect(await house.reads("mo", `work approve recipes ${now}`)).toBe(
      `Your voice counts for 3 entries: ${ids.join(", ")}.`,
    );
    expect(ids.map((id) => house.state(id))).toEqual(["approved", "approved", "approved"]);
    expect(await house.refused("mo", `work approve recipes ${now}`)).toBe("review-changed");
  });

  test("what does not fit is named; the others count", async () => {
    const [a, b, c] = [
      await house.logs("bo", "work log 6h recipes a"),
      await house.logs("ana", "work log 5h recipes b"),
      await house.logs("bo", "work log 4h recipes c"),
    ] as const;
    const { code } = house.work.review("mo");
    const text = await house.reads("mo", `work approve all ${code}`);
    expect(text).toContain(`Your voice counts for 2 entries: ${a}, ${c}.`);
    expect(text).toContain(
      `Not for entry ${b}: Entry ${b} takes 5 h, and of budget 010 4 h is left in 2026-11.`,
    );
    expect([a, b, c].map((id) => house.state(id))).toEqual(["approved", "submitted", "approved"]);
  });
});

test("no interleaving of agreements spends more than was resolved", async () => {
  const minutes = fc.integer({ min: 1, max: 400 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(minutes, { minLength: 1, maxLength: 6 }),
      fc.infiniteStream(fc.nat(5)),
      async (times, order) => {
        house = await openWorkHouse();
        await furnish(house);
        const ids: number[] = [];
        for (const [n, time] of times.entries())
          ids.push(await house.logs("ana", `work log ${time}m recipes thing ${n} --sure`));
        const waiting = [...ids];
        // All in one turn of the event loop, in any order: their runs go on side by side.
        const questions: string[] = [];
        while (waiting.length > 0) {
          const [id = 0] = waiting.splice((order.next().value ?? 0) % waiting.length, 1);
          questions.push(runOf(id));
        }
        for (const run of questions)
          house.approvals.speak({
            ...{ run, says: "yes", member: "mo", matrixId: idOf("mo"), via: "command", trust: "verified" },
          });
        await house.rest();
        const approved = ids
          .map((id) => house.work.entry("ana", id))
          .filter((one) => one.state === "approved");
        const spent = approved.reduce((sum, one) => sum + (one.minutes ?? 0), 0);
        expect(spent).toBeLessThanOrEqual(600);
        expect(house.work.standing("010").spentMinutes).toBe(spent);
        // Whatever was left out would not have fitted.
        for (const one of ids
          .map((id) => house.work.entry("ana", id))
          .filter(({ state }) => state === "submitted"))
          expect(spent + (one.minutes ?? 0)).toBeGreaterThan(600);
      },
    ),
    { numRuns: 8 },
  );
});
