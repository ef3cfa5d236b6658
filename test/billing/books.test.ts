import { expect, test } from "vitest";
import { house, lookAround, offer, type House } from "./house.ts";

const day = 86_400_000;

async function busyMonth(): Promise<House> {
  const one = house();
  one.play.complete(await offer(one));
  const [charge] = one.there("charge");
  const [line] = one.there("balance_transaction");
  await one.clock.turn(2 * day);
  one.play.payOut([line as never]);
  one.play.payOut([], { automatic: false });
  one.play.add("refund", { charge: charge?.id, amount: 300, currency: "eur", status: "succeeded" });
  one.play.add("dispute", { charge: charge?.id, amount: 1000, currency: "eur", status: "lost" });
  await one.clock.turn(20 * day);
  return one;
}

const all = ({ handed }: House, list: "payouts" | "balance_transactions" | "charges"): { id: string }[] => {
  const seen = new Map<string, { id: string }>();
  for (const objects of handed)
    for (const one of (objects[list] ?? []) as { id: string }[]) seen.set(one.id, one);
  return [...seen.values()];
};

test("the books are handed everything as the API returns it, with the members of automatic payouts only", async () => {
  const one = await busyMonth();
  expect(await one.billing.fetchForBooks()).toEqual({ kind: "fetched", weeks: 13 });
  const [week] = one.handed.filter(({ payouts = [] }) => payouts.length > 0);
  expect(Object.keys(week ?? {}).sort()).toEqual([
    ...["balance_transactions", "charges", "disputes", "invoice_payments", "invoices"],
    ...["members", "payouts", "refunds"],
  ]);
  const [automatic] = one.there("payout").filter((payout) => payout["automatic"] === true);
  const members = Object.entries(week?.members ?? {});
  expect(members.map(([id]) => id)).toEqual([automatic?.id]);
  expect(members[0]?.[1].toSorted()).toEqual(one.state.members.get(automatic?.id ?? "")?.toSorted());
  expect(all(one, "charges")).toEqual(one.there("charge"));
  expect(all(one, "payouts")).toHaveLength(2);
  expect(all(one, "balance_transactions")).toHaveLength(3);
});

test("the next time only what may still have changed is fetched again, and nothing is left out in between", async () => {
  const one = await busyMonth();
  await one.billing.fetchForBooks();
  one.handed.length = 0;
  await one.clock.turn(day);
  one.play.add("charge", { amount: 100, currency: "eur", paid: true, status: "succeeded" });
  await one.clock.turn(day);
  expect(await one.billing.fetchForBooks()).toEqual({ kind: "fetched", weeks: 7 });
  expect(all(one, "charges")).toHaveLength(2);
});

test("Stripe away in the middle, books that refuse: nothing counts as fetched that was not handed over whole", async () => {
  const one = await busyMonth();
  one.meet("-", "-", "-", "-", "-", "-", "-", "page");
  expect(await one.billing.fetchForBooks()).toMatchObject({
    kind: "trouble",
    problem: { code: "stripe-ill" },
  });
  expect(one.handed).toHaveLength(1);
  const refusing = one.again({
    books: {
      importStripe() {
        throw new Error("these books are closed");
      },
    },
  });
  one.meet();
  const before = one.db.sqlite.prepare("select value from billing_mark where name = 'books'").pluck().get();
  await expect(refusing.fetchForBooks()).rejects.toThrow("closed");
  expect(one.db.sqlite.prepare("select value from billing_mark where name = 'books'").pluck().get()).toBe(
    before,
  );
  one.handed.length = 0;
  await one.billing.fetchForBooks();
  expect(all(one, "payouts")).toHaveLength(2);
});

test("without a key nothing is asked", async () => {
  const one = house();
  expect(await one.again({ key: undefined }).fetchForBooks()).toEqual({ kind: "off" });
  expect(one.state.requests).toEqual([]);
});

test("a payer whose charge was refunded elsewhere is still known by the join charge, payment, invoice", async () => {
  const one = await busyMonth();
  await lookAround(one);
  await one.billing.fetchForBooks();
  const [week] = one.handed.filter(({ invoice_payments = [] }) => invoice_payments.length > 0);
  const [payment] = (week?.invoice_payments ?? []) as {
    invoice: string;
    payment: { payment_intent: string };
  }[];
  const [charge] = one.handed.flatMap(({ charges = [] }) => charges as { payment_intent: string }[]);
  expect(payment?.payment.payment_intent).toBe(charge?.payment_intent);
  expect(one.there("invoice").map(({ id }) => id)).toContain(payment?.invoice);
});
