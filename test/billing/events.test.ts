import fc from "fast-check";
import { expect, test } from "vitest";
import { cloud, house, lookAround, offer, type House } from "./house.ts";

const day = 86_400_000;

test("somebody takes the offer: the plan is active, its invoice is paid, treasurers hear of it once", async () => {
  const one = house();
  one.play.complete(await offer(one));
  await lookAround(one);
  await lookAround(one);
  expect(one.billing.planOf(cloud)).toMatchObject({ state: "active", said: "is paid for" });
  expect(one.said.map(({ to, text }) => [to, text.split("\n")[0]])).toEqual([
    [
      "!treasurers:example.coop",
      "@tess:example.coop: cloud.example.coop is paid for (hosting-small, by Three Rivers).",
    ],
  ]);
});

test("a debit that comes through later, and one that does not", async () => {
  for (const [well, state] of [
    [true, "active"],
    [false, "incomplete_expired"],
  ] as const) {
    const one = house();
    const session = await offer(one);
    one.play.complete(session, { delayed: true });
    await lookAround(one);
    expect(one.billing.planOf(cloud)?.state).toBe("incomplete");
    one.play.settle(session, well);
    await lookAround(one);
    expect(one.billing.planOf(cloud)?.state).toBe(state);
  }
});

test("a payment that bounces after it was counted opens the invoice again, says so, and shuts nothing off", async () => {
  const one = house();
  one.play.complete(await offer(one));
  await lookAround(one);
  const [invoice] = one.there("invoice");
  one.play.bounce(invoice?.id ?? "");
  await lookAround(one);
  expect(one.billing.list().invoices).toMatchObject([
    { id: invoice?.id, state: "open", payer: "seat/three-rivers", leftMinor: 1000 },
  ]);
  const told = one.said.filter(({ key }) => key.startsWith("billing/bounced"));
  expect(told.map(({ to }) => to).sort()).toEqual([
    "!treasurers:example.coop",
    "@ana:example.coop",
    "@bo:example.coop",
  ]);
  expect(one.billing.planOf(cloud)?.state).toBe("active");
});

test("lost webhooks do no harm: the sweep finds what they would have brought, more than a page of it", async () => {
  const one = house();
  one.play.complete(await offer(one));
  for (let n = 0; n < 120; n++) one.play.add("event", oddEvent(n));
  expect(await one.billing.sweep()).toMatchObject({ kind: "swept" });
  const { fresh } = (await one.billing.sweep()) as { fresh: number };
  expect(fresh).toBe(0);
  await one.billing.drain();
  expect(one.billing.planOf(cloud)?.state).toBe("active");
  expect(await one.billing.checkUp()).toMatchObject({ on: true, problem: null, waiting: 0 });
});

const oddEvent = (n: number) => ({
  ...{ type: "poem.written", created: 1_795_683_600, livemode: false, n },
  data: { object: { object: "poem", id: `poem_${n}` } },
});

test("when Stripe is away in the middle nothing is lost: what was not looked at is looked at later", async () => {
  const one = house();
  one.play.complete(await offer(one));
  await one.billing.sweep();
  one.meet("-", "page");
  expect(await one.billing.drain()).toMatchObject({ kind: "trouble", problem: { code: "stripe-ill" } });
  one.meet();
  await one.again().drain();
  expect(one.billing.planOf(cloud)?.state).toBe("active");
});

/** Everything that happens to one subscription, heard in any order, any number of times, whole or in part. */
test("any order and any number of events give the same rows", async () => {
  const happen = async (order: (ids: string[]) => string[]): Promise<unknown> => {
    const one = house();
    const session = await offer(one);
    one.play.complete(session);
    const [invoice] = one.there("invoice");
    one.play.bounce(invoice?.id ?? "");
    one.play.become(one.there("subscription")[0]?.id ?? "", "past_due");
    const events = new Map(one.there("event").map((event) => [event.id, event]));
    const insert = one.db.sqlite.prepare(
      `insert or ignore into billing_event (id, type, object_kind, object, created_s, via, heard_at)
       values (?, ?, ?, ?, ?, 'hook', '')`,
    );
    for (const id of order([...events.keys()])) {
      const event = events.get(id);
      const { object } = event?.["data"] as { object: { object: string; id: string } };
      insert.run(id, event?.["type"], object.object, object.id, event?.created);
      await one.billing.drain();
    }
    return rowsOf(one);
  };
  const straight = await happen((ids) => ids);
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat()), async (stream) => {
      const twice = (ids: string[]): string[] => {
        const all = [...ids, ...ids].map((id) => [stream.next().value as number, id] as const);
        return all.sort(([a], [b]) => a - b).map(([, id]) => id);
      };
      expect(await happen(twice)).toEqual(straight);
    }),
    { numRuns: 5 },
  );
});

function rowsOf({ db }: House): unknown {
  return [
    db.sqlite.prepare("select subject, plan, state, subscription, paid_until from billing_plan").all(),
    db.sqlite.prepare("select id, state, total_minor, left_minor, subject from billing_invoice").all(),
  ];
}

test("late invoices: three gentle words, then one to treasurers, each once; a paid one is left alone", async () => {
  const one = house();
  one.play.complete(await offer(one));
  await lookAround(one);
  const [invoice] = one.there("invoice");
  one.play.bounce(invoice?.id ?? "");
  await lookAround(one);
  const days: number[] = [];
  for (let n = 0; n < 60; n++) {
    await one.clock.turn(day);
    if (one.billing.remind() > 0) days.push(n + 1);
  }
  expect(days).toEqual([3, 14, 30, 45]);
  const reminders = one.said.filter(
    ({ key, to }) => key.startsWith("billing/remind") && to.startsWith("@bo"),
  );
  expect(reminders).toHaveLength(3);
  expect(reminders[0]?.text).toContain("Everything goes on as it is.");
  const long = one.said.filter(({ key }) => key.startsWith("billing/long"));
  expect(long.map(({ to }) => to)).toEqual(["!treasurers:example.coop"]);
  expect(long[0]?.text).toContain("Only maintainers can end that");
  one.play.pay(invoice?.id ?? "");
  await lookAround(one);
  await one.clock.turn(90 * day);
  expect(one.billing.remind()).toBe(0);
});

test("disputes, payouts that do not arrive and refunds that fail are told; a second subscription is named", async () => {
  const one = house();
  one.play.complete(await offer(one));
  await lookAround(one);
  const objects = [
    one.play.add("dispute", {
      ...{ status: "needs_response", amount: 1000, currency: "eur", reason: "fraudulent", charge: "ch_1" },
      evidence_details: { due_by: 1_796_000_000 },
    }),
    one.play.add("payout", {
      status: "failed",
      amount: 5000,
      currency: "eur",
      failure_message: "Account closed.",
    }),
    one.play.add("refund", {
      status: "failed",
      amount: 700,
      currency: "eur",
      failure_reason: "expired_or_canceled_card",
    }),
    one.play.complete(one.play.add("checkout.session", {}).id === "" ? "" : secondSession(one)),
  ];
  for (const object of objects) one.play.add("event", eventOf(object));
  await lookAround(one);
  const told = one.said.map(({ key }) => key.split("/")[1]);
  for (const kind of ["dispute", "payout", "refund", "second"]) expect(told).toContain(kind);
});

function secondSession({ state, play }: House): string {
  const customer = state.objects.find(({ object }) => object === "customer");
  const price = state.objects.find(({ object }) => object === "price");
  const session = play.add("checkout.session", { customer: customer?.id, metadata: {} });
  state.ordered.set(session.id, { price: price?.id ?? "", metadata: { tandem_subject: cloud } });
  return session.id;
}

const eventOf = (object: { id: string; object: string }) => ({
  ...{ type: `${object.object}.updated`, created: 1_795_683_600, livemode: false },
  data: { object },
});
