import { expect, test } from "vitest";
import { sha256 } from "../../src/core/canonical.ts";
import { redact } from "../../src/core/secret.ts";
import { openSeal } from "../../src/collective/seal.ts";
import { centsOf, moneyOf } from "../../src/core/hundredths.ts";
import { boToken } from "../contract/opencollective/state.ts";
import { ask, codeOf, house, type House } from "./house.ts";

async function asked(given: House = house()): Promise<House & { payable: string }> {
  given.collective.setPayee("bo", { slug: "bo-b" });
  const payable = given.owe("bo");
  await ask(given.collective, payable);
  return { ...given, payable };
}

async function lookOnce({ collective, payable }: House & { payable: string }) {
  const seen = await collective.look(payable);
  if (seen.kind === "trouble") throw new Error(seen.problem.code);
  return collective.note(payable, seen);
}

test("followed until it is paid; its owner hears of it alone", async () => {
  const given = await asked();
  const [expense] = given.state.expenses;
  if (expense === undefined) throw new Error("none");
  expect((await lookOnce(given)).said).toBe("waits for the invited person");
  expense.status = "APPROVED";
  expect((await lookOnce(given)).said).toBe("is approved there and waits to be paid");
  expense.status = "PAID";
  expect(await lookOnce(given)).toEqual({ state: "paid", said: "is paid" });
  await lookOnce(given);
  expect(given.said).toEqual([
    {
      to: "@bo:example.coop",
      key: "collective/paid/bakor/bo/EUR/bo",
      text: "@bo:example.coop: The expense #4701 for bakor/bo/EUR is paid (EUR 50.00).",
    },
  ]);
  expect(given.stateOf(given.payable).state).toBe("paid");
  const rows = given.audit.list().filter(({ subject }) => subject === given.payable);
  expect(rows.map(({ what }) => what)).toEqual(["payable.paid", "payable.asked"]);
});

test("another amount or another payee there is named, once, and stays named", async () => {
  const given = await asked();
  const [expense] = given.state.expenses;
  if (expense === undefined) throw new Error("none");
  Object.assign(expense, { cents: 6000, payee: "ana-a", status: "APPROVED" });
  await lookOnce(given);
  await lookOnce(given);
  expect(given.said.map(({ text }) => text)).toEqual([
    "@tess:example.coop: The expense #4701 for bakor/bo/EUR was changed at Open Collective.\n\n" +
      "- EUR 60.00 in place of EUR 50.00\n- paid to ana-a in place of bo-b",
  ]);
  expect(given.said[0]?.to).toBe("@tess:example.coop");
  expect(given.stateOf(given.payable).said).toContain("EUR 60.00 in place of EUR 50.00");
});

test("whoever approved their own expense there is reported to the treasurers", async () => {
  const given = await asked(house({ room: "!treasurers:example.coop" }));
  const [expense] = given.state.expenses;
  expense?.approvedBy.push("bo-b");
  await lookOnce(given);
  await lookOnce(given);
  expect(given.said).toMatchObject([{ to: "!treasurers:example.coop" }]);
  expect(given.said[0]?.text).toContain("was approved at Open Collective by bo-b, whom it pays");
});

test.for(["REJECTED", "CANCELED", "INVITE_DECLINED", "SPAM"])("%s there is refused here", async (status) => {
  const given = await asked();
  const [expense] = given.state.expenses;
  if (expense !== undefined) expense.status = status;
  expect((await lookOnce(given)).state).toBe("rejected");
  expect(given.said.map(({ to }) => to)).toEqual(["@tess:example.coop", "@bo:example.coop"]);
  if (expense !== undefined) expense.status = "PENDING";
  await ask(given.collective, given.payable);
  expect(given.state.expenses).toHaveLength(1);
  expect(given.stateOf(given.payable).state).toBe("asked");
});

test("an expense that was removed there", async () => {
  const given = await asked();
  given.state.expenses.length = 0;
  expect((await lookOnce(given)).state).toBe("rejected");
  expect(given.said[0]?.text).toContain("is not at Open Collective any more");
});

test("a revoked token is not used again, and its owner is told once", async () => {
  const given = house();
  await given.putIn("bo", boToken);
  const payable = given.owe("bo");
  given.state.tokens.delete(boToken);
  const again = given.again({ token: undefined });
  for (const run of ["bakor", "lekab"]) {
    const found = await again.find(payable);
    if (found.kind !== "trouble") throw new Error("no trouble");
    again.tellTrouble(payable, found, { run, times: 1 });
  }
  const told = given.said.filter(
    ({ to, text }) => to === "@bo:example.coop" && text.includes("does not accept"),
  );
  expect(told).toHaveLength(1);
  expect(given.collective.tokenOf("bo")?.refusedAt).not.toBeNull();
  expect(given.state.requests.filter((name) => name === "FindExpenses")).toHaveLength(1);
  await given.collective.checkUp();
});

test("what passes by itself is told when it has lasted", async () => {
  const given = house();
  given.collective.setPayee("bo", { slug: "bo-b" });
  const payable = given.owe("bo");
  given.faults.next = () => "away";
  for (const times of [1, 2, 3, 4]) {
    const found = await given.collective.find(payable);
    if (found.kind !== "trouble") throw new Error("no trouble");
    given.collective.tellTrouble(payable, found, { run: "bakor", times });
    expect(given.said).toHaveLength(times < 3 ? 0 : 1);
  }
});

test("a token is sealed for its owner, kept in no other place, and in no log, row or message in clear", async () => {
  const given = house();
  await given.putIn("bo", boToken);
  await ask(given.collective, given.owe("bo"));
  given.state.tokens.delete(boToken);
  await given.collective.checkUp();
  const dump = given.db.sqlite.serialize();
  expect(dump.includes(boToken)).toBe(false);
  expect(JSON.stringify([given.said, given.audit.list()])).not.toContain(boToken);
  expect(redact(`a line with ${boToken} in it`)).not.toContain(boToken);
  const sealed =
    given.db.sqlite.prepare<[], string>("select sealed from collective_token").pluck().get() ?? "";
  const seal = openSeal(Buffer.alloc(32, 7));
  expect(seal.open("bo", sealed)?.reveal()).toBe(boToken);
  expect(seal.open("ana", sealed)).toBeUndefined();
  expect(openSeal(Buffer.alloc(32, 8)).open("bo", sealed)).toBeUndefined();
  const bytes = Buffer.from(sealed, "base64");
  bytes[14] = (bytes[14] ?? 0) ^ 1;
  expect(seal.open("bo", bytes.toString("base64"))).toBeUndefined();
  given.collective.forgetToken("bo");
  expect(given.collective.tokenOf("bo")).toBeUndefined();
  expect(await codeOf(() => given.collective.forgetToken("bo"))).toBe("collective-token-missing");
});

test("a link works once, for a quarter of an hour, for a token that works there", async () => {
  const given = house();
  const linkFor = (): string => new URL(given.collective.tokenLink("bo")).searchParams.get("token") ?? "";
  const link = linkFor();
  expect(await codeOf(() => given.collective.spendForm(link, "short"))).toBe("collective-token-unfit");
  const unknown = await codeOf(() => given.collective.spendForm(link, "x".repeat(30)));
  expect(unknown).toBe("collective-token-refused");
  expect(given.collective.findForm(link)).toEqual({ member: "bo" });
  expect(await given.collective.spendForm(link, ` ${boToken}\n`)).toEqual({ member: "bo", slug: "bo-b" });
  expect(await codeOf(() => given.collective.spendForm(link, boToken))).toBe("collective-form-spent");
  expect(given.collective.payee("bo")).toMatchObject({ how: "opencollective", slug: "bo-b" });
  const late = linkFor();
  await given.clock.turn(15 * 60_000);
  expect(given.collective.findForm(late)).toBeUndefined();
  expect(given.db.sqlite.serialize().includes(late)).toBe(false);
  expect(given.db.sqlite.serialize().includes(sha256(late))).toBe(true);
});

test("while Open Collective is away a token is kept untried", async () => {
  const given = house();
  given.faults.next = () => "page";
  expect(await given.putIn("bo", boToken)).toEqual({ member: "bo", slug: null });
});

test("without a key no token is kept", async () => {
  const { again } = house();
  expect(await codeOf(() => again({ key: undefined }).tokenLink("bo"))).toBe("collective-off");
});

test("how it stands: the balance there, tokens, what is open", async () => {
  const given = await asked();
  expect(await given.collective.checkUp()).toMatchObject({
    ...{ slug: "three-rivers", balance: "EUR 6507.14", problem: null, coopToken: "works", tokens: [] },
    open: [{ payable: "bakor/bo/EUR", said: "asked for there" }],
  });
});

test("hundredths there and minor units here: exact both ways, or not at all", () => {
  expect(centsOf({ amountMinor: 1n, currency: "JPY" })).toBe(100);
  expect(centsOf({ amountMinor: 1250n, currency: "EUR" })).toBe(1250);
  expect(centsOf({ amountMinor: 1230n, currency: "KWD" })).toBe(123);
  expect(centsOf({ amountMinor: 1234n, currency: "KWD" })).toBeUndefined();
  expect(centsOf({ amountMinor: 0n, currency: "EUR" })).toBeUndefined();
  expect(centsOf({ amountMinor: 2n ** 31n, currency: "EUR" })).toBeUndefined();
  expect(moneyOf(100, "JPY")).toEqual({ amountMinor: 1n, currency: "JPY" });
  expect(moneyOf(150, "JPY")).toBeUndefined();
  expect(moneyOf(0.5, "EUR")).toBeUndefined();
});

/** Refused there, and asked for anew here by a treasurer. */
async function anew(given: House = house()): Promise<House & { payable: string }> {
  const one = await asked(given);
  const [expense] = one.state.expenses;
  if (expense !== undefined) expense.status = "REJECTED";
  await lookOnce(one);
  const refused = one.collective.refusedExpense(one.payable, "tess");
  one.collective.askAnew(one.payable, { expense: refused, why: "a wrong account", by: "tess" });
  one.said.length = 0;
  await one.clock.turn(12_000);
  return one;
}

/** How the expenses there stand, the oldest first. */
const statuses = ({ state }: House): string[] => state.expenses.map(({ status }) => status);

test("what was refused is asked for anew under another key, with who said so and why", async () => {
  const given = await anew();
  expect(given.stateOf(given.payable)).toEqual({
    ...{ state: "ready", reference: null, said: "is to be asked for anew" },
  });
  await ask(given.collective, given.payable);
  await ask(given.collective, given.payable);
  expect(given.state.expenses).toMatchObject([
    { id: "ex-1", status: "REJECTED", customData: { tandem: { key: "bakor/bo/EUR" } } },
    {
      ...{ id: "ex-2", status: "DRAFT", customData: { tandem: { key: "bakor/bo/EUR/2" } } },
      ...{ reference: "bakor/bo/EUR", description: "Work in 2026-10 (bakor/bo/EUR, asked for anew)" },
    },
  ]);
  expect(given.audit.list().find(({ what }) => what === "payable.anew")).toMatchObject({
    who: "tess",
    details: { refused: "ex-1", why: "a wrong account", key: "bakor/bo/EUR/2" },
  });
  for (const expense of given.state.expenses) if (expense.id === "ex-2") expense.status = "PAID";
  expect(await lookOnce(given)).toEqual({ state: "paid", said: "is paid" });
  expect(given.said.map(({ to }) => to)).toEqual(["@bo:example.coop"]);
});

test("a third time too, and a second refusal is told as the first was", async () => {
  const given = await anew();
  await ask(given.collective, given.payable);
  for (const expense of given.state.expenses) expense.status = "REJECTED";
  await lookOnce(given);
  expect(given.said.map(({ to }) => to)).toEqual(["@tess:example.coop", "@bo:example.coop"]);
  given.collective.askAnew(given.payable, { expense: "ex-2", why: "again", by: "tess" });
  await given.clock.turn(12_000);
  await ask(given.collective, given.payable);
  expect(statuses(given)).toEqual(["REJECTED", "REJECTED", "DRAFT"]);
  expect(given.state.expenses[2]?.customData).toEqual({ tandem: { key: "bakor/bo/EUR/3" } });
});

test("nobody asks anew for what is not refused, for their own pay, or for another expense than they saw", async () => {
  const given = await asked();
  const { collective, payable } = given;
  expect(await codeOf(() => collective.refusedExpense(payable, "tess"))).toBe("payable-not-refused");
  const [expense] = given.state.expenses;
  if (expense !== undefined) expense.status = "REJECTED";
  await lookOnce(given);
  expect(await codeOf(() => collective.refusedExpense(payable, "bo"))).toBe("payable-own");
  const saw = { expense: "ex-7", why: "x", by: "tess" };
  expect(await codeOf(() => collective.askAnew(payable, saw))).toBe("payable-not-refused");
  collective.askAnew(payable, { ...saw, expense: "ex-1" });
  expect(await codeOf(() => collective.askAnew(payable, { ...saw, expense: "ex-1" }))).toBe(
    "payable-not-refused",
  );
});

test("the refused one is open again before another is made: that one is followed, and none is made", async () => {
  const given = await anew();
  const [first] = given.state.expenses;
  if (first !== undefined) first.status = "PENDING";
  await ask(given.collective, given.payable);
  expect(statuses(given)).toEqual(["PENDING"]);
  expect(given.stateOf(given.payable)).toMatchObject({ state: "asked", reference: "ex-1" });
  if (first !== undefined) first.status = "PAID";
  expect((await lookOnce(given)).state).toBe("paid");
});

test("open again beside the new one: treasurers hear of it, and nothing more is made", async () => {
  const given = await anew();
  await ask(given.collective, given.payable);
  const [first, second] = given.state.expenses;
  if (first === undefined || second === undefined) throw new Error("not two");
  first.status = "PENDING";
  expect(await given.collective.find(given.payable)).toMatchObject({
    problem: {
      code: "expense-twice",
      happened:
        "bakor/bo/EUR is asked for twice at Open Collective: " +
        "#4701 (waits for approval there), #4702 (waits for the invited person).",
    },
  });
  await lookOnce(given);
  await lookOnce(given);
  expect(given.said.map(({ to }) => to)).toEqual(["@tess:example.coop"]);
  expect(given.said[0]?.text).toContain("Reject one of them there, now");
  expect(given.stateOf(given.payable)).toMatchObject({ state: "asked", reference: "ex-2" });
  // Whichever is rejected: the other one is followed.
  second.status = "REJECTED";
  expect(await lookOnce(given)).toMatchObject({ state: "asked", said: "waits for approval there" });
  expect(given.stateOf(given.payable)).toMatchObject({ state: "asked", reference: "ex-1" });
  // And the one that was given up is still watched.
  second.status = "APPROVED";
  await lookOnce(given);
  expect(given.said).toHaveLength(2);
  expect(given.said[1]?.text).toContain("#4702 (is approved there and waits to be paid), #4701");
  second.status = "REJECTED";
  first.status = "REJECTED";
  expect(await lookOnce(given)).toMatchObject({ state: "rejected" });
  given.collective.askAnew(given.payable, { expense: "ex-1", why: "once more", by: "tess" });
  await given.clock.turn(12_000);
  await ask(given.collective, given.payable);
  expect(statuses(given)).toEqual(["REJECTED", "REJECTED", "DRAFT"]);
});

test("the earlier one is paid beside the new one: the payable is paid, and treasurers are told to reject the other", async () => {
  const given = await anew();
  await ask(given.collective, given.payable);
  const [first] = given.state.expenses;
  if (first !== undefined) first.status = "PAID";
  expect(await lookOnce(given)).toEqual({ state: "paid", said: "is paid" });
  expect(given.stateOf(given.payable)).toMatchObject({ state: "paid", reference: "ex-1" });
  expect(given.said.map(({ to }) => to)).toEqual(["@tess:example.coop", "@bo:example.coop"]);
  expect(given.said[0]?.text).toContain("#4701 (is paid), #4702 (waits for the invited person)");
});
