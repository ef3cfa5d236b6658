/** Entering work, from the line in the room to what is written down. */
import { beforeEach, describe, expect, test } from "vitest";
import { furnish, openWorkHouse, room, type WorkHouse } from "./house.ts";

let house: WorkHouse;
beforeEach(async () => {
  house = await openWorkHouse();
  await furnish(house);
});

describe("the shortest form", () => {
  test("does everything: rate, only budget, today, and a question to those who look after it", async () => {
    const id = await house.logs("bo", 'work log 2h30 recipes "nextcloud 30 migration" #812');
    expect(house.work.entry("bo", id)).toMatchObject({
      ...{ person: "bo", by: "bo", seat: "autonomic", circle: "recipes", budget: "010", day: "2026-11-26" },
      ...{ minutes: 150, description: "nextcloud 30 migration", evidence: "#812", kind: "paid", shares: [] },
      ...{ perHourMinor: 2000, currency: "EUR", amountMinor: 5000, state: "submitted", version: 1 },
    });
    const [question] = house.said("/question");
    expect(question).toContain(
      "bo: 2 h 30 for recipes, “nextcloud 30 migration” (#812), EUR 50.00 from 010.",
    );
    expect(question).toContain("May answer: @cy:example.coop, @di:example.coop, @mo:example.coop");
    await house.reacts("mo", id, "👍🏽");
    expect(house.work.entry("bo", id)).toMatchObject({ state: "approved", approvedBy: ["mo"] });
    expect(house.said("/outcome")).toEqual([]);
  });

  test("words need no quotes, and an address is evidence", async () => {
    const id = await house.logs("bo", "work log 45m recipes moved the wiki https://git.coop/wiki/5");
    expect(house.work.entry("bo", id)).toMatchObject({
      ...{
        description: "moved the wiki",
        evidence: "https://git.coop/wiki/5",
        minutes: 45,
        amountMinor: 1500,
      },
    });
  });

  test("a message that is answered is the evidence", async () => {
    const place = { room, eventId: "$me", repliesTo: "$work/1" };
    await house.says("bo", "work log 1h recipes review", { place });
    expect(house.work.entries("bo", {})[0]?.evidence).toBe(
      "https://matrix.to/#/!work%3Aexample.coop/%24work%2F1",
    );
  });

  test("it rings nobody, and fills no room", async () => {
    for (let n = 0; n < 25; n++) await house.logs("bo", `work log 1m recipes thing ${n} --budget 010`);
    expect(house.said("/question")).toHaveLength(25);
    const questions = house.sent.filter(({ out }) => out.key.endsWith("/question"));
    expect(questions.every(({ out }) => out.kind === "message" && out.message.mentions === undefined)).toBe(
      true,
    );
  });
});

test.each([
  ["yesterday", "2026-11-25"],
  ["today", "2026-11-26"],
  ["monday", "2026-11-23"],
  ["thu", "2026-11-26"],
  ["Friday", "2026-11-20"],
  ["2026-10-03", "2026-10-03"],
])("--date %s is %s", async (typed, day) => {
  const id = await house.logs("bo", `work log 1h recipes x --date ${typed}`);
  expect(house.work.entry("bo", id).day).toBe(day);
});

test("a day is meant where the person lives", async () => {
  await house.says("bo", "work remind Pacific/Auckland");
  // 10:00 UTC is 23:00 there; at 12:00 UTC the 27th has begun.
  expect(house.work.entry("bo", await house.logs("bo", "work log 1h recipes x")).day).toBe("2026-11-26");
  await house.clock.turn(2 * 3_600_000);
  expect(house.work.entry("bo", await house.logs("bo", "work log 1h recipes y")).day).toBe("2026-11-27");
  expect(house.work.entry("ana", await house.logs("ana", "work log 1h recipes y")).day).toBe("2026-11-26");
});

describe("shares", () => {
  test("the rest is the speaker's, and those who share have no voice", async () => {
    const id = await house.logs("ana", "work log 1h recipes pairing --for @bo,mo --share 40%,20%");
    const entry = house.work.entry("ana", id);
    expect(entry).toMatchObject({ person: "ana" });
    expect(entry.shares).toEqual([
      { member: "ana", basisPoints: 4000 },
      { member: "bo", basisPoints: 4000 },
      { member: "mo", basisPoints: 2000 },
    ]);
    expect(house.said("/question")[0]).toContain(
      "Shared: ana 40 % (EUR 8.00), bo 40 % (EUR 8.00), mo 20 % (EUR 4.00)",
    );
    await house.reacts("mo", id, "✅");
    expect(house.state(id)).toBe("submitted");
  });

  test("for one person alone it is that person's work, and whoever typed it has no voice", async () => {
    const id = await house.logs("mo", "work log 1h recipes talk --for @bo:example.coop");
    expect(house.work.entry("bo", id)).toMatchObject({ person: "bo", by: "mo", shares: [] });
    await house.reacts("mo", id, "✅");
    expect(house.state(id)).toBe("submitted");
  });

  test.each([
    ["--for bo,cy", "share-unclear"],
    ["--share 40%", "share-unclear"],
    ["--for bo,bo --share 40%,20%", "share-unclear"],
    ["--for bo,cy --share 80%,40%", "share-unclear"],
    ["--for ana --share 40%", "share-unclear"],
    ["--for bo --share 0%", "argument-unfit"],
    ["--for bo --share -5%", "argument-unfit"],
    ["--for nobody", "member-unknown"],
  ])("%s is refused: %s", async (flags, code) => {
    expect(await house.refused("ana", `work log 1h recipes pairing ${flags}`)).toBe(code);
  });
});

describe("kinds", () => {
  test("volunteer and in-kind work has no amount and no budget, and ends recorded", async () => {
    for (const kind of ["volunteer", "in-kind"]) {
      const id = await house.logs("bo", `work log 3h recipes infra call --kind ${kind}`);
      expect(house.work.entry("bo", id)).toMatchObject({ amountMinor: null, budget: null, currency: null });
      await house.reacts("di", id, "✅");
      expect(house.state(id)).toBe("recorded");
    }
    expect(house.work.standing(house.work.budget("010").name)).toMatchObject({
      spentMinor: 0,
      spentMinutes: 0,
    });
  });

  test("a lump sum is its amount, with a time beside it or none", async () => {
    const plain = await house.logs("bo", "work log EUR100 recipes domain renewal");
    expect(house.work.entry("bo", plain)).toMatchObject({
      kind: "lump-sum",
      minutes: null,
      amountMinor: 10_000,
    });
    const timed = await house.logs("bo", "work log 2h recipes talk --lump €150 --kind stipend");
    expect(house.work.entry("bo", timed)).toMatchObject({
      kind: "stipend",
      minutes: 120,
      amountMinor: 15_000,
    });
  });

  test("above the yearly sum the question says so", async () => {
    house = await openWorkHouse({ yearlyNoteAbove: "EUR240" });
    await furnish(house);
    await house.logs("bo", "work log EUR200 recipes one");
    expect(house.said("/question").at(-1)).not.toContain("taxed");
    await house.logs("bo", "work log EUR50 recipes two");
    expect(house.said("/question").at(-1)).toContain("come to EUR 250.00, more than EUR 240.00");
  });
});

describe("which budget", () => {
  beforeEach(async () => {
    await house.says("tom", "budget add 014 Docs --cap EUR500 --from 2026-01-01 --resolution 014");
  });
  test("of several one has to be named", async () => {
    expect(await house.reads("bo", "work log 1h recipes x")).toContain(
      "Several budgets could bear this: 010, 014.",
    );
    expect(house.work.entry("bo", await house.logs("bo", "work log 1h recipes x --budget 014")).budget).toBe(
      "014",
    );
  });
  test("those for which one is not named do not count", async () => {
    await house.says("tom", "budget person 014 ana eligible");
    expect(house.work.entry("bo", await house.logs("bo", "work log 1h recipes x")).budget).toBe("010");
    expect(await house.refused("bo", "work log 1h recipes x --budget 014")).toBe("budget-does-not-fit");
    expect(await house.refused("ana", "work log 1h recipes x --for bo --share 50% --budget 014")).toBe(
      "budget-does-not-fit",
    );
  });
  test("paused and closed ones do not count", async () => {
    await house.says("tom", "budget pause 014");
    expect(house.work.entry("bo", await house.logs("bo", "work log 1h recipes x")).budget).toBe("010");
    await house.says("tom", "budget close 010");
    expect(await house.refused("bo", "work log 1h recipes x")).toBe("budget-none");
    expect(await house.refused("tom", "budget pause 010 --resume")).toBe("budget-over");
  });
});

test("what does not fit is a problem in words, and nothing is written", async () => {
  await house.says(
    "tom",
    "rate add GBP18 --circle recipes --from 2026-01-01 --until 2026-10-31 --resolution R1",
  );
  await house.says("tom", "budget add uk UK --cap GBP500 --from 2026-01-01 --resolution 20");
  await house.says("tom", "budget person uk ana eligible");
  const cases: [string, string, string][] = [
    ["bo", "work log 0h recipes x", "argument-unfit"],
    ["bo", "work log -2h recipes x", "argument-unfit"],
    ["bo", "work log 2 recipes x", "argument-unfit"],
    ["bo", "work log 2d recipes x", "argument-unfit"],
    ["bo", "work log EUR-5 recipes x", "amount-not-positive"],
    ["bo", "work log EUR0 recipes x", "amount-not-positive"],
    ["bo", "work log EUR99999999999999 recipes x", "amount-too-large"],
    ["bo", "work log 2h recipes", "argument-missing"],
    ["bo", 'work log 2h recipes ""', "entry-without-words"],
    ["bo", "work log 2h recipe x", "circle-unknown"],
    ["bo", "work log 2h recipes x --budget 099", "budget-unknown"],
    ["bo", "work log 2h recipes x --budget uk", "budget-does-not-fit"],
    ["bo", "work log 2h recipes x --date tomorrow", "day-unreadable"],
    ["bo", "work log 2h recipes x --date 2026-02-30", "day-unreadable"],
    ["bo", "work log 2h recipes x --date 2026-11-27", "day-in-future"],
    ["bo", "work log 2h recipes x --date 2026-08-27", "day-too-old"],
    ["bo", "work log 17h recipes x", "day-too-long"],
    ["bo", "work log 2h recipes x --kind gift", "argument-unfit"],
    ["bo", "work log EUR50 recipes x --kind volunteer", "entry-without-time"],
    ["bo", "work log EUR50 recipes x --kind paid", "entry-without-time"],
    ["bo", "work log 2h recipes x --kind stipend", "entry-without-amount"],
    ["bo", "work log 2h recipes x --kind volunteer --budget 010", "budget-not-for-kind"],
    ["bo", "work log GBP50 recipes x --budget 010", "currency-differs"],
    ["ana", "work log 2h recipes x --budget uk", "rate-missing"],
    ["bo", "work correct 99 --time 2h", "entry-unknown"],
    ["bo", "work withdraw 99", "entry-unknown"],
    ["bo", "work show x", "argument-unfit"],
    ["bo", "work dispute 99 why", "hold-not-possible"],
    ["bo", "work release 99 why", "hold-not-there"],
    ["bo", "work remind Berlin", "time-zone-unknown"],
    ["tom", "rate add EUR21 --from 2026-06-01 --resolution R4", "rate-overlaps"],
    [
      "tom",
      "rate add EUR21 --person bo --circle recipes --from 2026-06-01 --resolution R4",
      "rate-scope-unclear",
    ],
    ["tom", "rate add EUR0 --from 2027-06-01 --resolution R4", "amount-not-positive"],
    ["tom", "rate end 9 today", "rate-unknown"],
    ["tom", "rate end 2 today", "rate-over"],
    ["tom", "rate end 1 2025-12-31", "days-turned"],
    ["tom", "budget add 010 Again --cap EUR5", "budget-taken"],
    ["tom", "budget add 015 Open", "budget-without-cap"],
    ["tom", "budget add 015 Turned --cap EUR5 --from 2026-02-01 --until 2026-01-01", "days-turned"],
    ["tom", "budget add 015 Mixed --cap EUR5 --currency GBP", "currency-differs"],
    ["tom", "circle add recipes Again", "circle-taken"],
    ["tom", "circle add all All", "circle-taken"],
  ];
  for (const [name, line, code] of cases)
    expect([line, await house.refused(name, line)]).toEqual([line, code]);
  expect(house.work.entries("tom", {})).toEqual([]);
});

test("more than 16 hours a day have to be meant, over all entries of the day", async () => {
  await house.logs("bo", "work log 10h recipes one --kind volunteer");
  expect(await house.refused("bo", "work log 6h01 recipes two --kind volunteer")).toBe("day-too-long");
  await house.logs("bo", "work log 6h recipes two --kind volunteer");
  const id = await house.logs("bo", "work log 1h recipes three --kind volunteer --sure");
  expect(house.said("/question").at(-1)).toContain("Mind: this makes 17 h of bo on 2026-11-26");
  await house.says("bo", `work withdraw ${id}`);
  await house.logs("bo", "work log 1h recipes three --kind volunteer --date yesterday");
});

test("what looks like the same work twice is said", async () => {
  const first = await house.logs("bo", "work log 1h recipes fix login #8");
  await house.logs("bo", "work log 1h recipes Fix login");
  expect(house.said("/question").at(-1)).toContain(
    `Mind: entry ${first} of the same day says the same (1 h).`,
  );
  await house.logs("bo", "work log 1h recipes more of it #8");
  expect(house.said("/question").at(-1)).toContain(
    `Mind: entry ${first} of the same day names #8, too (1 h).`,
  );
  await house.logs("ana", "work log 1h recipes fix login #8");
  expect(house.said("/question").at(-1)).not.toContain("Mind");
});

test("nobody sees the work of others but treasurers and those who agree, as long as it waits", async () => {
  const id = await house.logs("bo", "work log 1h recipes secret work");
  const unknown = await house.reads("zoe", "work show 999");
  expect(await house.reads("zoe", `work show ${id}`)).toBe(unknown.replaceAll("999", String(id)));
  expect(await house.refused("zoe", `work correct ${id} --time 2h`)).toBe("entry-unknown");
  expect(await house.refused("mo", `work correct ${id} --time 2h`)).toBe("entry-not-yours");
  expect(house.work.entries("zoe", {})).toEqual([]);
  for (const name of ["bo", "tom", "mo", "cy"])
    expect(house.work.entries(name, {}).map((one) => one.id)).toEqual([id]);
  await house.reacts("mo", id, "✅");
  expect(await house.refused("mo", `work show ${id}`)).toBe("entry-unknown");
  expect(await house.reads("bo", `work show ${id}`)).toContain("Agreed to by mo on 2026-11-26");
  expect(await house.reads("bo", "work mine")).toContain("Your work of 2026-11: 1 h, EUR 20.00.");
});
