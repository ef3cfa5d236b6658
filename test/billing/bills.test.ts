import { expect, test } from "vitest";
import { codeOf, house, made, tess, type House } from "./house.ts";

const library = "institution/town-library";
const bill = { payer: library, amountMinor: 25_000, currency: "EUR", words: "Hosting in 2027", dueDays: 30 };

async function draft(one: House) {
  const { billing, db } = one;
  billing.addPayer("tess", "town-library", "Town Library", "office@library.test");
  await made(billing, db.tx(() => billing.wantCustomer("bakor/customer", library)) ?? "");
  const key = db.tx(() => billing.wantInvoice("bakor/invoice", bill));
  const { id } = await made(billing, key);
  await made(
    billing,
    db.tx(() => billing.wantItem("bakor/item", bill, id)),
  );
  return { key, id };
}

async function send(one: House) {
  const { key, id } = await draft(one);
  const { billing, db } = one;
  for (const what of ["finalize", "send"] as const) {
    await made(
      billing,
      db.tx(() => billing.wantInvoiceStep(`bakor/${what}`, what, id)),
    );
  }
  await billing.refresh("invoice", id);
  return { key, id };
}

test("an invoice is sent by mail, listed, and nothing of an address stays here but with who pays", async () => {
  const one = house();
  const { id } = await send(one);
  expect(one.state.mailed).toEqual([id]);
  expect(one.billing.list().invoices).toMatchObject([
    {
      id,
      payer: library,
      state: "open",
      leftMinor: 25_000,
      dueAt: "2026-12-26T09:00:00.000Z",
      lateSince: null,
    },
  ]);
  const asked = one.db.sqlite.prepare("select group_concat(asks) from billing_call").pluck().get();
  expect(asked).not.toContain("@");
  await one.clock.turn(31 * 86_400_000);
  await one.billing.refresh("invoice", id);
  expect(one.billing.list().invoices[0]?.lateSince).toBe("2026-12-26T09:00:00.000Z");
});

test("taken back: a draft goes with its items, an open one is voided, a paid one stays; twice is harmless", async () => {
  const drafted = house();
  const { key } = await draft(drafted);
  await drafted.billing.takeBack(key);
  await drafted.billing.takeBack(key);
  expect(
    drafted.state.objects.map(({ object }) => object).filter((kind) => kind.startsWith("invoice")),
  ).toEqual([]);
  const opened = house();
  await opened.billing.takeBack((await send(opened)).key);
  expect(opened.there("invoice")).toMatchObject([{ status: "void" }]);
  const paid = house();
  const sent = await send(paid);
  paid.play.pay(sent.id);
  await paid.billing.takeBack(sent.key);
  expect(paid.there("invoice")).toMatchObject([{ status: "paid" }]);
});

test("what can be given back, and how much of it", async () => {
  const one = house();
  const { id } = await send(one);
  const plan = await one.billing.planCredit(id, "EUR15");
  expect(plan).toMatchObject({ way: "lessen", amountMinor: 1500, payer: library, gainers: [] });
  const number = one.billing.list().invoices[0]?.number ?? "";
  expect(await one.billing.planCredit(number, "EUR15")).toEqual(plan);
  for (const typed of ["EUR250.01", "EUR0", "GBP15", "fifteen", "EUR-1"]) {
    expect([typed, await codeOf(() => one.billing.planCredit(id, typed))]).toEqual([
      typed,
      "credit-too-much",
    ]);
  }
  expect(await codeOf(() => one.billing.planCredit("in_none", null))).toBe("invoice-unknown");
  one.play.pay(id);
  const back = await one.billing.planCredit(id, null);
  expect(back).toMatchObject({ way: "give back", amountMinor: 25_000 });
  expect(back.hash).not.toBe(plan.hash);
  await made(
    one.billing,
    one.db.tx(() => one.billing.wantCredit("bakor/credit", back, "Closed")),
  );
  expect(one.there("refund")).toMatchObject([{ amount: 25_000 }]);
  expect(one.there("credit_note")).toMatchObject([{ memo: "Closed", amount: 25_000 }]);
});

test("those who would get it are known, so that they have no voice", async () => {
  const one = house();
  one.billing.payerFor(tess, "seat/three-rivers");
  await made(
    one.billing,
    one.db.tx(() => one.billing.wantCustomer("bakor/customer", "seat/three-rivers")) ?? "",
  );
  const about = { ...bill, payer: "seat/three-rivers" };
  const { id } = await made(
    one.billing,
    one.db.tx(() => one.billing.wantInvoice("bakor/invoice", about)),
  );
  await made(
    one.billing,
    one.db.tx(() => one.billing.wantItem("bakor/item", about, id)),
  );
  await made(
    one.billing,
    one.db.tx(() => one.billing.wantInvoiceStep("bakor/finalize", "finalize", id)),
  );
  expect((await one.billing.planCredit(id, null)).gainers.toSorted()).toEqual(["ana", "bo"]);
});

test("bills that are none, and those that nobody would get", async () => {
  const { billing } = house();
  billing.addPayer("tess", "town-library", "Town Library");
  for (const amountMinor of [0, -5, 100_000_001]) {
    expect(await codeOf(() => billing.beforeBilling({ ...bill, amountMinor }, "a@b.test"))).toBe(
      "bill-amount-unfit",
    );
  }
  expect(await codeOf(() => billing.beforeBilling(bill))).toBe("bill-no-mail");
  billing.beforeBilling(bill, "office@library.test");
  billing.beforeBilling(bill);
});
