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
