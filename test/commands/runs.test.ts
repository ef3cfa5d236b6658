import { beforeEach, expect, test } from "vitest";
import { codeOf, openHouse, shippedCommands, textOf, type TestHouse } from "../router/house.ts";

let house: TestHouse;
beforeEach(async () => {
  house = openHouse(await shippedCommands());
});
const says = async (name: string, line: string): Promise<string> => textOf(await house.says(name, line));

test("approve gives a voice with all that decides whether it counts", async () => {
  expect(await says("mia", "approve bakor notes.example.coop")).toBe(
    "Your voice counts: 1 of 2 for notes.example.coop (run `bakor`).\nOne more is needed.",
  );
  await house.says("tom", "approve bakor", { via: "web", trust: "unverified", place: null });
  expect(house.spoken).toEqual([
    {
      run: "bakor",
      says: "yes",
      subject: "notes.example.coop",
      member: "mia",
      matrixId: "@mia:a.coop",
      via: "command",
      trust: "verified",
      saidAt: house.clock.now(),
      eventId: "$said",
    },
    {
      ...{
        run: "bakor",
        says: "yes",
        member: "tom",
        matrixId: "@tom:a.coop",
        via: "web",
        trust: "unverified",
      },
      saidAt: house.clock.now(),
    },
  ]);
});

test("approve gives the moment at which it was said: a plan that came later was not meant", async () => {
  const at = house.clock.now() - 90_000;
  await house.router.dispatch("approve bakor", house.speaker("mia"), { at });
  expect(house.spoken).toMatchObject([{ says: "yes", saidAt: at }]);
});

test("decline needs a reason and says it", async () => {
  expect(codeOf(await house.says("mia", "decline bakor"))).toBe("argument-missing");
  expect(await says("mia", "decline bakor it's not backed up")).toBe(
    "You declined notes.example.coop (run `bakor`): it's not backed up\nThe run ends and takes back what it had begun.",
  );
  expect(house.spoken).toMatchObject([{ says: "no", why: "it's not backed up" }]);
});

test("a voice or a cancel that was hours on its way is still taken", async () => {
  const at = house.clock.now() - 5 * 3_600_000;
  for (const line of ["approve bakor", "decline bakor no", "cancel bakor"])
    expect((await house.router.dispatch(line, house.speaker("mia"), { at })).kind, line).toBe("answer");
});

test("approvals: what waits for one's own voice, or all", async () => {
  expect(await says("mia", "approvals")).toBe(
    [
      "1 question waits for your voice.",
      "- `bakor` Deploy notes.example.coop? · 1 of 2 maintainer · asked by bo · until 2026-10-02 07:00 UTC",
      "To agree: `approve <run> <subject>`. To refuse: `decline <run> <why>`.",
    ].join("\n"),
  );
  expect(await says("bo", "approvals")).toBe(
    "Nothing waits for your voice.\nThose that wait for others: `approvals --all`",
  );
  expect(await says("bo", "approvals --all")).toContain("1 question waits.");
});

test("runs: what is under way, or the newest of all", async () => {
  expect(await says("bo", "runs")).toBe(
    [
      "Under way:",
      "- `bakor` deploy of app notes.example.coop · waiting for 1 maintainer · asked by bo · 2026-10-01 07:00 UTC",
      "More about one: `run show <run>`",
    ].join("\n"),
  );
  expect(await says("bo", "runs --all")).toBe("There has been no run yet.\nTo begin something: `help`");
});

test("what is no business of theirs, members do not find: no run, no question", async () => {
  expect(codeOf(await house.says("bo", "run show payot"))).toBe("run-unknown");
  expect(await says("bo", "runs")).not.toContain("payot");
  // Maintainers see every run; a question is seen by whom it is asked of, and by who asks.
  expect(await says("mia", "run show payot")).toContain("Run `payot` is pay");
  expect(await says("mia", "runs")).toContain("`payot` pay");
  expect(await says("tom", "approvals --all")).toContain("Nothing waits.");
});

test("run show: steps done, now and to come", async () => {
  expect(await says("bo", "run show bakor")).toBe(
    [
      "Run `bakor` is deploy of app notes.example.coop: waiting for 1 maintainer.",
      "- ✓ plan (try 2)",
      "- ○ approval",
      "- ○ deploy",
      "Asked by bo at 2026-10-01 07:00 UTC.",
      "To stop it: `cancel bakor`",
    ].join("\n"),
  );
  expect(codeOf(await house.says("bo", "run show zzzzz"))).toBe("run-unknown");
  expect(codeOf(await house.says("bo", "run show 12"))).toBe("argument-unfit");
});

test("cancel: who asked, a maintainer or an operator, and nobody else", async () => {
  for (const name of ["bo", "mia", "ana"])
    expect(await says(name, "cancel bakor wrong version")).toContain("Run `bakor` is told to stop.");
  expect(house.cancelled).toEqual(
    ["bo", "mia", "ana"].map((by) => ({ run: "bakor", by, why: "wrong version" })),
  );
  const outcome = await house.says("tom", "cancel bakor");
  expect(codeOf(outcome)).toBe("not-your-run");
  expect(textOf(outcome)).toContain("Ask one of them to say it: bo, mia, ana.");
  expect(house.audit.list({ limit: 1 })[0]).toMatchObject({ what: "command.denied", who: "tom" });
  expect(codeOf(await house.says("bo", "cancel zzzzz"))).toBe("run-unknown");
  expect(house.cancelled.length).toBe(3);
});
