/** Invoices that are paid by transfer: found by the books, told to Stripe once, and booked once. */
import { expect, test } from "vitest";
import { invoicesByTransfer } from "../../src/billing/index.ts";
import { openBooks, type Owed } from "../../src/books/index.ts";
import { line } from "../books/house.ts";
import { codeOf, house, lookAround, made, type House } from "./house.ts";

const library = "institution/town-library";

/** An invoice over EUR 250.00 that was sent to the library, or to Three Rivers. */
async function openBilled(payer: string = library) {
  const own: House = house();
  const { db, clock, audit, billing, play, state } = own;
  const started: string[] = [];
  const books = openBooks({
    ...{ db, clock, audit, collectiveSlug: undefined, secondVoiceFrom: 50_000 },
    ...{ accruals: () => [], payables: () => [], member: () => undefined },
    invoices: () => invoicesByTransfer(db),
    heed: (owed: readonly Owed[]) => started.push(...billing.heedBank(owed)),
  });
  if (payer === library) billing.addPayer("tess", "town-library", "Town Library", "office@library.test");
  else billing.payerFor({ name: "bo", seat: "three-rivers", roles: ["member"] });
  await made(billing, db.tx(() => billing.wantCustomer("bakor/customer", payer)) ?? "");
  const bill = { payer, amountMinor: 25_000, currency: "EUR", words: "Hosting", dueDays: 30 };
  const draft = await made(
    billing,
    db.tx(() => billing.wantInvoice("bakor/invoice", bill)),
  );
  await made(
    billing,
    db.tx(() => billing.wantItem("bakor/item", bill, draft.id)),
  );
  const { id, number } = await made(
    billing,
    db.tx(() => billing.wantInvoiceStep("bakor/finalize", "finalize", draft.id)),
  );
  await made(
    billing,
    db.tx(() => billing.wantInvoiceStep("bakor/send", "send", id)),
  );
  await lookAround(own);
  const imports = (...lines: object[]): void => {
    const bytes = () => [Buffer.from(JSON.stringify(lines))];
    books.importFile({ what: "bank", name: "b.json", account: "gls", bytes }, "tess");
    books.reconcile();
  };
  return {
    ...{ ...own, books, started, imports, id, number: number ?? "", play },
    there: () => state.objects.find((one) => one.id === id)?.["status"],
    /** What the story `billing-transfer` does. */
    counted: async (step = "tamil/pay"): Promise<string> => {
      await billing.refresh("invoice", id);
      const stands = db.tx(() => billing.arrived(id));
      if (stands !== "due") return stands;
      await made(
        billing,
        db.tx(() => billing.wantInvoiceStep(step, "pay", id)),
      );
      await billing.refresh("invoice", id);
      db.tx(() => billing.tellArrived(id));
      return stands;
    },
    balances: (): string[] => {
      books.reconcile();
      const sums = new Map<string, number>();
      for (const [account, , amount] of [...books.entries()].flatMap(({ postings }) => postings))
        sums.set(account, (sums.get(account) ?? 0) + amount);
      return [...sums].flatMap(([account, sum]) => (sum === 0 ? [] : [`${account} ${sum}`])).sort();
    },
  };
}

const paysIt = (number: string, id = "l1", date = "2026-11-27") =>
  line(id, date, 25_000, `TOWN LIBRARY invoice ${number} thank you`);

test("a transfer with the number and the exact amount pays the invoice, here and at Stripe, and is booked once", async () => {
  const { imports, number, started, counted, there, said, balances, billing, id, state } = await openBilled();
  const before = said.length;
  imports(paysIt(number));
  expect([started, there()]).toEqual([[id], "open"]);
  expect(await counted()).toBe("due");
  expect(there()).toBe("paid");
  expect(state.requests.filter((one) => one === "POST /v1/invoices/{}/pay")).toHaveLength(1);
  expect(balances()).toEqual(["assets:bank:gls 25000", "income:hosting -25000"]);
  expect(said.slice(before).map(({ to, text }) => `${to}: ${text}`)).toEqual([
    `!treasurers:example.coop: @tess:example.coop: The invoice ${number} (EUR 250.00) is paid: its transfer arrived on 2026-11-27.\n\nStripe has it as paid outside of it, and reminds nobody. The books have it once.`,
  ]);
  expect(billing.list().invoices).toEqual([]);
  // Everything again: nothing new comes of it.
  imports(paysIt(number));
  expect([started, balances()]).toEqual([[id], ["assets:bank:gls 25000", "income:hosting -25000"]]);
  // Stripe's own balance transactions say nothing of it: it has had no money.
  expect(state.objects.filter(({ object }) => object === "balance_transaction")).toEqual([]);
  expect(await codeOf(() => billing.planCredit(number, null))).toBe("invoice-paid-by-bank");
});

test.each([
  ["another amount", (number: string) => line("l1", "2026-11-27", 24_999, number)],
  ["another currency", (number: string) => line("l1", "2026-11-27", 25_000, number, "GBP")],
  ["no number", () => line("l1", "2026-11-27", 25_000, "thank you")],
  ["a longer number", (number: string) => line("l1", "2026-11-27", 25_000, `${number}1`)],
  ["two of them at once", (number: string) => line("l1", "2026-11-27", 50_000, `${number} twice`)],
])("%s pays nothing and waits in the queue", async (_, of) => {
  const { imports, number, started, books, balances } = await openBilled();
  imports(of(number));
  expect(started).toEqual([]);
  expect(books.reconcile().queue.map(({ id }) => id)).toEqual(["l1"]);
  expect(balances().filter((one) => one.startsWith("suspense"))).toHaveLength(1);
});

test("a treasurer gives a line without the number to the invoice", async () => {
  const { imports, number, started, books, id, balances } = await openBilled();
  imports(line("l1", "2026-11-27", 25_000, "for the cloud"));
  const [item] = books.reconcile().queue;
  expect([item?.id, item?.candidates]).toEqual(["l1", [number]]);
  books.decide(
    { kind: "match", subject: "l1", what: { claims: [number] }, why: "they called" },
    "tess",
    null,
  );
  expect(started).toEqual([id]);
  expect(balances()).toEqual(["assets:bank:gls 25000", "income:hosting -25000"]);
});

test("a transfer that goes back is owed, told, and paid anew without being income twice", async () => {
  const { imports, number, started, counted, said, balances, billing, id, books } = await openBilled();
  imports(paysIt(number));
  await counted();
  const before = said.length;
  imports(line("l2", "2026-12-01", -25_000, `RETURN ${number}`));
  expect(said.slice(before).map(({ to, text }) => `${to}: ${text.split("\n")[0]}`)).toEqual([
    `!treasurers:example.coop: @tess:example.coop: The transfer that paid the invoice ${number} (EUR 250.00) went back on 2026-12-01.`,
  ]);
  expect(balances()).toEqual(["assets:receivable 25000", "income:hosting -25000"]);
  expect(billing.list().invoices.map(({ state, leftMinor }) => [state, leftMinor])).toEqual([
    ["went back", 25_000],
  ]);
  imports(paysIt(number, "l3", "2026-12-05"));
  expect(started).toEqual([id, id]);
  expect(await counted("sadel/pay")).toBe("other");
  expect(said.at(-1)?.text).toContain(`The invoice ${number} (EUR 250.00) is paid again by transfer.`);
  expect(balances()).toEqual(["assets:bank:gls 25000", "income:hosting -25000"]);
  expect(books.reconcile().queue).toEqual([]);
  expect(billing.list().invoices).toEqual([]);
});

test("a transfer that went back and is then paid by card at Stripe clears what is owed", async () => {
  const { imports, number, balances, books, id } = await openBilled();
  imports(paysIt(number), line("l2", "2026-12-01", -25_000, `RETURN ${number}`));
  const at = Date.parse("2026-12-03T12:00:00Z") / 1000;
  books.importStripe({
    balance_transactions: [
      {
        ...{ id: "txn_1", object: "balance_transaction", amount: 25_000, fee: 400, net: 24_600 },
        ...{ currency: "eur", reporting_category: "charge", source: "ch_1", created: at },
      },
    ],
    charges: [{ id: "ch_1", object: "charge", payment_intent: "pi_1", balance_transaction: "txn_1" }],
    invoice_payments: [
      { id: "inpay_1", invoice: id, payment: { type: "payment_intent", payment_intent: "pi_1" } },
    ],
  });
  expect(balances()).toEqual(["assets:stripe 24600", "expenses:fees:stripe 400", "income:hosting -25000"]);
});

test("an invoice that was lessened or paid by card before Stripe is told: nothing is told, treasurers hear of it", async () => {
  const { imports, number, counted, there, said, play, id, state } = await openBilled();
  imports(paysIt(number));
  play.pay(id);
  expect(await counted()).toBe("other");
  expect(there()).toBe("paid");
  expect(state.requests).not.toContain("POST /v1/invoices/{}/pay");
  expect(said.at(-1)?.text).toContain(
    `The bank has EUR 250.00 for the invoice ${number}, but Stripe waits for no such sum.`,
  );
});

test("whoever pays for themselves is thanked, and told when it goes back", async () => {
  const { imports, number, counted, said } = await openBilled("seat/three-rivers");
  imports(paysIt(number));
  await counted();
  imports(line("l2", "2026-12-01", -25_000, `RETURN ${number}`));
  expect(said.filter(({ to }) => to === "@bo:example.coop").map(({ text }) => text)).toEqual([
    `@bo:example.coop: Thank you: the transfer for the invoice ${number} (EUR 250.00) has arrived.`,
    `@bo:example.coop: Your transfer for the invoice ${number} (EUR 250.00) went back on 2026-12-01.\n\nTo pay it: transfer it again, with \`${number}\` in the text. Nothing is shut off by that.`,
  ]);
});
