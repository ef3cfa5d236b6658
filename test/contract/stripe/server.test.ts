import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import Stripe from "stripe";
import { expect, test } from "vitest";
import { FakeClock } from "../../../src/core/clock.ts";
import { openContractServer, played, routes, schemas } from "./server.ts";
import { definitionOf, everyKind, newState, openBuilder, secretKey, type Fault, type Kind } from "./state.ts";

function shop(maxNetworkRetries = 0) {
  const clock = new FakeClock();
  const state = newState();
  const server = openContractServer(state, clock);
  const httpClient = Stripe.createFetchHttpClient(server.fetch);
  const stripe = new Stripe(secretKey, {
    httpClient,
    host: "api.stripe.test",
    maxNetworkRetries,
    telemetry: false,
  });
  return { ...server, clock, stripe };
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const thrown: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof Stripe.errors.StripeError))
    throw new Error("it was not refused", { cause: thrown });
  return `${thrown.statusCode ?? "none"} ${thrown.code ?? thrown.type}`;
};

test("every route that is played is one of the SDK's, and has its parameters and answers from there", () => {
  expect(routes.length).toBeGreaterThan(600);
  expect(played.length).toBeGreaterThan(35);
  const { params, answers } = schemas;
  expect(played.filter(({ name }) => !(name in params) || !(name in answers))).toEqual([]);
});

/** Whether an object is as the SDK's types say. */
function openFit() {
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: "stripe", $defs: schemas.$defs });
  return (kind: string, object: unknown): unknown => {
    const name = definitionOf(kind as Kind);
    const ref = `stripe#/$defs/${name}`;
    const validate = ajv.getSchema(ref);
    if (validate === undefined) throw new Error(`no ${ref}`);
    return validate(object) === true ? "fits" : validate.errors?.slice(0, 2);
  };
}
const fit = openFit();
const typed = everyKind.filter((kind) => definitionOf(kind) !== "");

test("the builders' objects fit the SDK's types", () => {
  const build = openBuilder(schemas, newState(), () => 0);
  expect(typed.map((kind) => [kind, fit(kind, build(kind))])).toEqual(typed.map((kind) => [kind, "fits"]));
});

test("what is played through fits the types as well", async () => {
  const { play, state, stripe } = shop();
  await sell(stripe, play);
  const seen = state.objects.filter(({ object }) => object !== "event");
  expect(seen.map((one) => [one.id, fit(one.object, one)])).toEqual(seen.map(({ id }) => [id, "fits"]));
});

async function sell(stripe: Stripe, play: ReturnType<typeof shop>["play"]) {
  const price = play.price({ lookup_key: "small", unit_amount: 1000 });
  const { id: customer } = await stripe.customers.create({
    name: "Three Rivers",
    metadata: { tandem_seat: "tr" },
  });
  const session = await stripe.checkout.sessions.create({
    ...{ mode: "subscription", customer, success_url: "https://tandem.test/" },
    line_items: [{ price: price.id, quantity: 1 }],
  });
  play.complete(session.id);
  const draft = await stripe.invoices.create({
    customer,
    collection_method: "send_invoice",
    days_until_due: 30,
  });
  await stripe.invoiceItems.create({ customer, invoice: draft.id, amount: 5000, currency: "eur" });
  await stripe.invoices.finalizeInvoice(draft.id);
  await stripe.invoices.sendInvoice(draft.id);
  const { line } = play.pay(draft.id);
  await stripe.creditNotes.create({ invoice: draft.id, amount: 1500, refund_amount: 1500 });
  play.payOut([line]);
  return { customer, invoice: draft.id };
}

test("money as it goes there: what is paid, given back and paid out", async () => {
  const { play, state, stripe } = shop();
  const { invoice, customer } = await sell(stripe, play);
  expect(state.mailed).toEqual([invoice]);
  const seen = await stripe.invoices.retrieve(invoice);
  expect([seen.status, seen.amount_paid, seen.customer]).toEqual(["paid", 5000, customer]);
  const [refund] = (await stripe.refunds.list()).data;
  expect([refund?.amount, refund?.status]).toEqual([1500, "succeeded"]);
  const [payout] = (await stripe.payouts.list()).data;
  const members = await stripe.balanceTransactions.list({ payout: payout?.id ?? "" });
  expect(members.data.map(({ net }) => net).sort((a, b) => a - b)).toEqual([-4900, 4900]);
  const charges = (await stripe.charges.list({ customer })).data;
  const found = await stripe.invoicePayments.list({
    payment: { type: "payment_intent", payment_intent: charges[0]?.payment_intent as string },
  });
  expect(found.data).toHaveLength(1);
  const types = (await stripe.events.list({ limit: 100 })).data.map(({ type }) => type);
  expect(types.at(-1)).toBe("customer.created");
  expect(types).toContain("checkout.session.completed");
});

test("unknown parameters and routes are refused by name, whatever is missing as well", async () => {
  const { stripe, fetch } = shop();
  expect(await codeOf(stripe.customers.create({ nmae: "x" } as never))).toBe("400 parameter_unknown");
  const nested = { customer: "cus_1", automatic_tax: { enabled: true, enbaled: true } } as never;
  expect(await codeOf(stripe.invoices.create(nested))).toBe("400 parameter_unknown");
  expect(await codeOf(stripe.invoices.create({ customer: "cus_9" }))).toBe("400 resource_missing");
  expect(await codeOf(stripe.creditNotes.create({} as never))).toBe("400 parameter_missing");
  expect(await codeOf(stripe.customers.list({ limit: 101 }))).toBe("400 parameter_invalid_integer");
  expect(await codeOf(stripe.invoices.retrieve("in_9"))).toBe("404 resource_missing");
  const headers = { authorization: `Bearer ${secretKey}` };
  const unknown = await fetch("https://api.stripe.test/v1/poems", { headers });
  expect(unknown.status).toBe(404);
  await expect(fetch("https://api.stripe.test/v1/coupons", { headers })).rejects.toThrow("not played here");
  expect((await fetch("https://api.stripe.test/v1/events")).status).toBe(401);
});

test("one key, one effect: the first answer is given again; another request under it is refused; a day later it is new", async () => {
  const { stripe, state, clock } = shop();
  const idempotencyKey = "tandem:test:1";
  const first = await stripe.customers.create({ name: "a" }, { idempotencyKey });
  const again = await stripe.customers.create({ name: "a" }, { idempotencyKey });
  expect(again.id).toBe(first.id);
  const headers = again.lastResponse.headers as unknown as Headers;
  expect(headers.get("idempotent-replayed")).toBe("true");
  expect(await codeOf(stripe.customers.create({ name: "b" }, { idempotencyKey }))).toBe(
    "400 StripeIdempotencyError",
  );
  await clock.turn(25 * 3_600_000);
  expect((await stripe.customers.create({ name: "a" }, { idempotencyKey })).id).not.toBe(first.id);
  expect(state.objects.filter(({ object }) => object === "customer")).toHaveLength(2);
});

test("250 rows come in three pages", async () => {
  const { stripe, play, state } = shop();
  for (let n = 0; n < 250; n++) play.add("balance_transaction", { amount: n, currency: "eur" });
  const all = await stripe.balanceTransactions.list({ limit: 100 }).autoPagingToArray({ limit: 1000 });
  expect(all.map(({ amount }) => amount)).toEqual(Array.from({ length: 250 }, (_, n) => 249 - n));
  expect(state.requests).toHaveLength(3);
});

test("two 500s, then success with the same key, by the SDK's own retries", async () => {
  const { stripe, state, faults } = shop(2);
  const queue: Fault[] = ["500", "500"];
  faults.next = () => queue.shift();
  await stripe.customers.create({ name: "a" });
  expect(state.requests).toHaveLength(3);
  expect(state.answered.size).toBe(1);
});

test("a 500 that is kept is given again under its key, and its effect is there", async () => {
  const { stripe, state, faults } = shop();
  const queue: Fault[] = ["kept"];
  faults.next = () => queue.shift();
  const idempotencyKey = "k";
  expect(await codeOf(stripe.customers.create({}, { idempotencyKey }))).toBe("500 StripeAPIError");
  expect(await codeOf(stripe.customers.create({}, { idempotencyKey }))).toBe("500 StripeAPIError");
  expect(state.objects.filter(({ object }) => object === "customer")).toHaveLength(1);
});

const fixtures = path.join(import.meta.dirname, "../../../../shared/data/stripe/fixtures3.json");

test.skipIf(!existsSync(fixtures))(
  `Stripe's own examples fit where they are new enough (${fixtures})`,
  () => {
    const { resources } = JSON.parse(readFileSync(fixtures, "utf8")) as {
      resources: Record<string, unknown>;
    };
    const fits = typed.filter(
      (kind) => fit(kind, resources[kind.replace(".", "__")] ?? resources[kind]) === "fits",
    );
    expect(fits.length).toBeGreaterThanOrEqual(5);
  },
);
