/** Who is reminded of what at month's end; and a watch on one's own message. */
import { beforeEach, expect, test } from "vitest";
import type { Incoming } from "../../src/chat/transport.ts";
import { openInbox } from "../../src/chat/inbox.ts";
import { openQuickLog } from "../../src/house/quick-log.ts";
import { bodyOf, furnish, idOf, openWorkHouse, room, type WorkHouse } from "./house.ts";

let house: WorkHouse;
beforeEach(async () => {
  house = await openWorkHouse();
  await furnish(house);
});

test("those who worked before and entered nothing lately, those whose voice is waited for, and treasurers", async () => {
  const old = await house.logs("bo", "work log 1h recipes x --date 2026-11-05");
  await house.logs("ana", "work log 1h recipes x --date 2026-11-25");
  await house.reacts("mo", old, "✅");
  const of = (name: string) => house.work.reminderFor(name, "2026-11");
  expect(of("bo")).toEqual({ member: "bo", lastDay: "2026-11-05", waiting: 0, due: null });
  expect(of("ana")).toBeNull();
  expect(of("mo")).toEqual({ member: "mo", lastDay: null, waiting: 1, due: null });
  expect(of("tom")).toEqual({
    member: "tom",
    lastDay: null,
    waiting: 0,
    due: { month: "2026-11", entries: 1 },
  });
  expect(of("zoe")).toBeNull();
  await house.says("bo", "work remind off");
  expect(of("bo")).toBeNull();
  await house.says("bo", "work remind on");
  expect(of("bo")).not.toBeNull();
});

test("one quiet message each, at nine in the morning where they live, in one run", async () => {
  const old = await house.logs("bo", "work log 1h recipes x --date 2026-11-05");
  await house.reacts("mo", old, "✅");
  await house.says("bo", "work remind America/New_York");
  await house.logs("ana", "work log 1h recipes y");
  const { runId } = house.engine.start("work-reminders", {}, { askedBy: null, place: null });
  await house.rest();
  const told = (): string[] =>
    house.sent.flatMap(({ out }) => (out.key.startsWith(`${runId}/remind/`) ? [out.key] : []));
  expect(told()).toEqual([]);
  await house.clock.turn(Date.parse("2026-11-30T09:00:00Z") - house.clock.now());
  await house.rest();
  expect(told().map((key) => key.split("/").at(-1))).toEqual(["cy", "di", "mo", "sam", "tom"]);
  await house.clock.turn(5 * 3_600_000);
  await house.rest();
  expect(told().at(-1)).toBe(`${runId}/remind/bo`);
  const message = house.sent.find(({ out }) => out.key === `${runId}/remind/bo`)?.out;
  expect(message).toMatchObject({ kind: "message", room: { direct: idOf("bo") } });
  expect(message?.kind === "message" && message.message.mentions).toBe(undefined);
  expect(house.said(`${runId}/remind/bo`)[0]).toContain("Your last entry is of 2026-11-05.");
  expect((await house.engine.result(runId)).status).toBe("done");
});

test("a watch on one's own message is answered once with the command to complete", async () => {
  const inbox = openInbox(house);
  const heard: Incoming = {
    ...{ kind: "message", eventId: "$m", room, sender: idOf("bo"), at: 0, mentioned: false, direct: false },
    ...{ text: 'Moved the "wiki" to the new server', trust: "verified" },
  };
  inbox.keep(heard);
  const react = openQuickLog({ ...house, inbox, prefix: "!tandem" });
  const watch = (name: string, symbol = "⏱️", target = "$m"): void =>
    react({
      kind: "reaction",
      eventId: `$${name}${symbol}`,
      room,
      sender: idOf(name),
      at: 0,
      target,
      symbol,
    });
  watch("ana");
  watch("nobody");
  watch("bo", "👍");
  watch("bo", "⏱", "$unknown");
  await house.rest();
  expect(house.said("/work-log")).toEqual([]);
  watch("bo");
  watch("bo", "⏱");
  await house.rest();
  const sent = house.sent.filter(({ out }) => out.key.endsWith("/work-log")).map(({ out }) => out);
  expect(sent).toMatchObject([{ threadRoot: "$m", replyTo: "$m" }]);
  const [out] = sent;
  const text = out?.kind === "message" ? bodyOf(out.message) : "";
  const line = /!tandem (work log .*)/.exec(text)?.[1] ?? "";
  expect(line).toBe(
    'work log <time> <circle> "Moved the wiki to the new server" https://matrix.to/#/!work%3Aexample.coop/%24m',
  );
  const id = await house.logs("bo", line.replace("<time>", "2h").replace("<circle>", "recipes"));
  expect(house.work.entry("bo", id)).toMatchObject({
    ...{ description: "Moved the wiki to the new server", minutes: 120 },
    evidence: "https://matrix.to/#/!work%3Aexample.coop/%24m",
  });
});

test("a new budget waits until the fund holds its buffer", async () => {
  house = await openWorkHouse({ buffer: "EUR1500" });
  const add = "budget add 010 --preset critical-fixes";
  expect(await house.refused("tom", add)).toBe("fund-unknown");
  await house.says("tom", "fund balance EUR1499.99");
  expect(await house.refused("tom", add)).toBe("fund-below-buffer");
  await house.says("tom", "fund balance GBP9000");
  expect(await house.refused("tom", add)).toBe("fund-below-buffer");
  await house.says("tom", "fund balance EUR1500");
  expect(await house.reads("tom", add)).toContain("Budget 010, Critical fixes, is open: 10 h a month.");
  expect(await house.reads("tom", "fund balance")).toBe(
    "The fund held EUR 1500.00 on 2026-11-26, as tom said.",
  );
});

test("what Open Collective says of the fund counts as what a treasurer says, with where it is from and when", async () => {
  house = await openWorkHouse({ buffer: "EUR1500" });
  const { work, clock, audit } = house;
  const add = "budget add 010 --preset critical-fixes";
  work.balanceFrom("opencollective", { amountMinor: 149_999n, currency: "EUR" });
  expect(await house.refused("tom", add)).toBe("fund-below-buffer");
  expect(await house.reads("tom", add)).toContain(
    "The fund held EUR 1499.99 on 2026-11-26, as Open Collective said: less than the buffer of EUR 1500.00.",
  );
  work.balanceFrom("opencollective", { amountMinor: 200_000n, currency: "EUR" });
  await clock.turn(3_600_000);
  work.balanceFrom("opencollective", { amountMinor: 200_000n, currency: "EUR" });
  expect(await house.reads("tom", "fund balance")).toContain(
    "The fund held EUR 2000.00 on 2026-11-26 at 11:00 UTC, as Open Collective said.",
  );
  const rows = audit.list().filter(({ what }) => what === "fund.balance");
  expect(rows.map(({ who }) => who)).toEqual(["tandem", "tandem"]);
  expect(await house.reads("tom", add)).toContain("is open: 10 h a month.");
  await house.says("tom", "fund balance EUR3");
  work.balanceFrom("opencollective", { amountMinor: 200_000n, currency: "EUR" });
  expect(work.balance("EUR")).toMatchObject({ amountMinor: 200_000, source: "opencollective" });
});

test("lists of what work stands on read like this", async () => {
  expect(await house.reads("bo", "circle list")).toContain("`recipes` Recipes · di, mo, sam");
  expect(await house.reads("bo", "rate list")).toContain(
    "`1` EUR 20.00 an hour · everybody · 2026-01-01 to further notice · R003",
  );
  expect(await house.reads("bo", "budget list")).toContain(
    "`010` Critical fixes · EUR 1000.00 and 10 h a month · in 2026-11 EUR 0.00 and 0 min spent, EUR 1000.00 and 10 h left",
  );
  expect(await house.reads("bo", "work list")).toContain("There is no such entry that you can see.");
  expect(await house.reads("tom", "rate end 1 2026-12-31")).toContain("Rate 1 holds until 2026-12-31.");
  await house.says("tom", "rate add EUR25 --from 2027-01-01 --resolution R009");
  expect(await house.refused("tom", "rate end 1 2027-01-01")).toBe("rate-overlaps");
});

test("an entry is held once it is agreed to and until its payout is, and released by who may", async () => {
  const id = await house.logs("bo", "work log 1h recipes x");
  expect(await house.refused("zoe", `work dispute ${id} why`)).toBe("hold-not-possible");
  await house.reacts("mo", id, "✅");
  expect(await house.reads("zoe", `work dispute ${id} why`)).toContain(`Entry ${id} is held`);
  expect(await house.reads("zoe", `work release ${id} I see`)).toContain("is not held any more");
  const { sqlite } = house.db;
  sqlite.prepare("update work_entry set state = 'batched' where id = ?").run(id);
  sqlite
    .prepare("insert into work_batch values ('bakor', '2026-11', 'published', 'h', 'tom', ?, ?, null, null)")
    .run("2026-11-26T09:00:00.000Z", "2026-12-03T09:00:00.000Z");
  sqlite.prepare("insert into work_line values ('bakor', ?, 'bo', 'h', 2000, 'EUR')").run(id);
  expect(await house.reads("zoe", `work dispute ${id} this was volunteer work`)).toContain(
    `Entry ${id} is held`,
  );
  expect(await house.refused("bo", `work release ${id} it was not`)).toBe("release-not-yours");
  expect(await house.reads("tom", `work release ${id} they spoke`)).toContain("is not held any more");
  expect(await house.refused("zoe", `work release ${id} again`)).toBe("hold-not-there");
  // Its days of disputes are over, and treasurers are being asked: what they agree to is still the members' concern.
  sqlite.prepare("update work_batch set state = 'asked', disputes_until = '2026-11-01T09:00:00.000Z'").run();
  expect(await house.reads("zoe", `work dispute ${id} I saw the question`)).toContain(
    "Treasurers who were asked already are asked anew.",
  );
  expect(await house.reads("zoe", `work release ${id} I see`)).toContain("is not held any more");
  sqlite.prepare("update work_batch set state = 'approved'").run();
  expect(await house.refused("zoe", `work dispute ${id} too late`)).toBe("hold-not-possible");
});
