import { expect, test } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { bo, cloud, codeOf, house, made, offer } from "./house.ts";

const customer = (one: ReturnType<typeof house>): string => {
  one.billing.payerFor(bo);
  return one.db.tx(() => one.billing.wantCustomer("bakor/customer", "seat/three-rivers")) ?? "";
};

test("a customer is made once, bears the seat and our key, and is known afterwards", async () => {
  const one = house();
  const key = customer(one);
  expect(key).toMatch(/^tandem:bakor:customer:[0-9a-f]{16}$/);
  await made(one.billing, key);
  await made(one.again(), key);
  expect(one.there("customer")).toMatchObject([
    { name: "Three Rivers", metadata: { tandem_seat: "three-rivers", tandem_key: key } },
  ]);
  expect(one.billing.wantCustomer("other/customer", "seat/three-rivers")).toBeNull();
  expect(one.state.requests).toEqual(["POST /v1/customers"]);
});

test("the key is on disk before the request leaves", async () => {
  const one = house();
  const key = customer(one);
  let seen: unknown;
  one.faults.next = () => {
    seen = one.db.sqlite.prepare("select sent_key, sent_at_ms is not null as sent from billing_call").get();
    return undefined;
  };
  await made(one.billing, key);
  expect(seen).toEqual({ sent_key: key, sent: 1 });
});

test.each(["away", "page", "busy", "500", "lost", "nonsense"] as const)(
  "%s: waited out, and made once",
  async (fault) => {
    const one = house();
    const key = customer(one);
    one.meet(fault);
    const met = await one.billing.carry(key);
    expect(met.kind).toBe("trouble");
    expect(await made(one.again(), key)).toMatchObject({ id: expect.stringMatching(/^cus_/) as string });
    expect(one.there("customer")).toHaveLength(1);
  },
);

test("a 500 that Stripe keeps under the key: what it made is found and not made again", async () => {
  const one = house();
  const key = customer(one);
  one.meet("kept");
  expect(await one.billing.carry(key)).toMatchObject({ kind: "trouble", problem: { code: "stripe-ill" } });
  expect(await one.billing.carry(key)).toMatchObject({ kind: "trouble", problem: { code: "stripe-ill" } });
  await made(one.billing, key);
  expect(one.there("customer")).toHaveLength(1);
  expect(one.state.requests.at(-1)).toBe("GET /v1/customers");
});

test("after a day Stripe forgets keys: it is looked first, and only what is not there is made, under another key", async () => {
  const lost = house();
  const lostKey = customer(lost);
  lost.meet("lost");
  await lost.billing.carry(lostKey);
  await lost.clock.turn(25 * 3_600_000);
  await made(lost.billing, lostKey);
  expect(lost.there("customer")).toHaveLength(1);

  const away = house();
  const awayKey = customer(away);
  away.meet("away");
  await away.billing.carry(awayKey);
  await away.clock.turn(25 * 3_600_000);
  await made(away.billing, awayKey);
  expect(away.there("customer")).toHaveLength(1);
  expect([...away.state.answered.keys()]).toEqual([`${awayKey}#2`]);
});

test("a key that is not accepted, a no, no key at all", async () => {
  const one = house();
  const key = customer(one);
  one.meet("refused key");
  expect(await codeOf(() => one.billing.carry(key))).toBe("stripe-key-refused");
  const off = one.again({ key: undefined });
  expect(await codeOf(() => off.carry(key))).toBe("billing-off");
  const other = one.again({ key: new Secret("sk_test_another0123456789") });
  expect(await codeOf(() => other.carry(key))).toBe("stripe-key-refused");
  one.play.price({ lookup_key: "hosting-small", unit_amount: 1000 });
  const plan = { ...(await one.billing.findPlan("hosting-small")), price: "price_none" };
  await made(one.billing, key);
  const about = { subject: cloud, payer: "seat/three-rivers", plan };
  const checkout = one.billing.wantCheckout("bakor/checkout", about);
  expect(await codeOf(() => one.billing.carry(checkout))).toBe("stripe-refused");
});

test("an offer: the price by its lookup key, the subject on session and subscription, a way back", async () => {
  const one = house();
  await offer(one);
  expect(one.there("checkout.session")).toMatchObject([
    {
      mode: "subscription",
      metadata: { tandem_subject: cloud },
      success_url: expect.stringContaining("/apps/") as string,
    },
  ]);
  expect(one.billing.planOf(cloud)).toMatchObject({ plan: "hosting-small", state: "offered" });
  expect(await codeOf(() => one.billing.findPlan("hosting-big"))).toBe("plan-unknown");
});

test("who pays: oneself, one's seat, and for treasurers anybody who is known", async () => {
  const { billing } = house();
  expect(billing.payerFor(bo)).toBe("seat/three-rivers");
  expect(billing.payerFor(bo, "member/bo")).toBe("member/bo");
  expect(await codeOf(() => billing.payerFor(bo, "member/tess"))).toBe("payer-not-yours");
  const tess = { name: "tess", seat: null, roles: ["member", "treasurer"] };
  expect(billing.payerFor(tess)).toBe("member/tess");
  expect(await codeOf(() => billing.payerFor(tess, "institution/library"))).toBe("payer-unknown");
  billing.addPayer("tess", "library", "Town Library", "office@library.test");
  expect(billing.payerFor(tess, "institution/library")).toBe("institution/library");
  expect(await codeOf(() => billing.addPayer("tess", "library", "Again"))).toBe("payer-known");
});

test("the portal is a link for those who have paid, and nothing of it is kept", async () => {
  const one = house();
  one.billing.payerFor(bo);
  expect(await codeOf(() => one.billing.portalLink("seat/three-rivers"))).toBe("payer-new");
  await offer(one);
  const link = await one.billing.portalLink("seat/three-rivers");
  expect(link).toContain("https://billing.stripe.test/");
  const dump = one.db.sqlite.prepare("select group_concat(answer || asks) from billing_call").pluck().get();
  expect(dump).not.toContain(link);
});
