import Stripe from "stripe";
import { expect, test } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { webhookSecret } from "../contract/stripe/state.ts";
import { codeOf, house, type House } from "./house.ts";

const event = (id = "evt_1", type = "invoice.paid") =>
  JSON.stringify({
    ...{ id, object: "event", type, created: 1_795_000_000, livemode: false },
    data: { object: { object: "invoice", id: "in_1", amount_paid: 9_999_999, status: "paid" } },
  });

const signed = (one: House, body: string, agoS = 0, secret = webhookSecret): string =>
  Stripe.webhooks.generateTestHeaderString({
    ...{ payload: body, secret },
    timestamp: Math.floor(one.clock.now() / 1000) - agoS,
  });

const kept = ({ db }: House): unknown[] =>
  db.sqlite.prepare("select id, type, object, via from billing_event").all();

test("what is signed is written down once, and nothing that it says of money", async () => {
  const one = house();
  const body = event();
  expect(await one.billing.hear(body, signed(one, body), "198.51.100.7")).toEqual({ fresh: true });
  expect(await one.billing.hear(body, signed(one, body), "198.51.100.7")).toEqual({ fresh: false });
  expect(kept(one)).toEqual([{ id: "evt_1", type: "invoice.paid", object: "in_1", via: "hook" }]);
  expect(one.billing.list().invoices).toEqual([]);
});

test("five minutes either way, not a second more", async () => {
  const one = house();
  for (const [agoS, code] of [
    [300, "nothing"],
    [301, "hook-refused"],
    [-300, "nothing"],
    [-301, "hook-refused"],
    [-86_400_000, "hook-refused"],
  ] as const) {
    const body = event(`evt_${agoS + 1e9}`);
    expect([agoS, await codeOf(() => one.billing.hear(body, signed(one, body, agoS), "x"))]).toEqual([
      agoS,
      code,
    ]);
  }
});

test("forged, changed, cut off, unsigned, nonsense: refused, audited, and nothing of it is kept", async () => {
  const one = house();
  const body = event();
  const good = signed(one, body);
  const poem = JSON.stringify({ object: "poem" });
  const bad: [string, string | undefined][] = [
    [body, signed(one, body, 0, "whsec_another")],
    [body.replace("in_1", "in_2"), good],
    [body.slice(0, -1), good],
    [body, good.replace(/.$/, (last) => (last === "0" ? "1" : "0"))],
    [body, good.slice(0, 30)],
    [body, undefined],
    [body, ""],
    [body, "t=abc,v1=def"],
    ["", signed(one, body)],
    [poem, signed(one, poem)],
    ["not json", signed(one, "not json")],
    [event("evt/../1"), signed(one, event("evt/../1"))],
  ];
  for (const [text, signature] of bad) {
    expect(await codeOf(() => one.billing.hear(text, signature, "198.51.100.7"))).toBe("hook-refused");
  }
  expect(kept(one)).toEqual([]);
  const rows = one.audit.list({ limit: 100 }).filter(({ what }) => what === "billing.hook-refused");
  expect(rows).toHaveLength(bad.length);
});

test("a flood of forged ones does not fill the audit", async () => {
  const one = house();
  for (let n = 0; n < 100; n++) await codeOf(() => one.billing.hear("{}", "t=1,v1=a", "198.51.100.7"));
  const audited = () => one.audit.list({ limit: 500 }).filter(({ what }) => what === "billing.hook-refused");
  expect(audited()).toHaveLength(20);
  await one.clock.turn(3_600_000);
  await codeOf(() => one.billing.hear("{}", "t=1,v1=a", "198.51.100.7"));
  expect(audited()).toHaveLength(21);
  expect(JSON.stringify(audited())).toContain('"passedOver":80');
});

test("while a secret is rotated both count, and two signatures in one header", async () => {
  const one = house({ hookSecrets: [new Secret("whsec_new"), new Secret("whsec_old")] });
  for (const [n, secret] of ["whsec_new", "whsec_old"].entries()) {
    const body = event(`evt_${n}`);
    expect(await one.billing.hear(body, signed(one, body, 0, secret), "x")).toEqual({ fresh: true });
  }
  const body = event("evt_9");
  const [time, mine] = signed(one, body, 0, "whsec_new").split(",");
  const both = `${time ?? ""},v1=${"0".repeat(64)},${mine ?? ""}`;
  expect(await one.billing.hear(body, both, "x")).toEqual({ fresh: true });
  const off = one.again({ hookSecrets: [] });
  expect(await codeOf(() => off.hear(body, both, "x"))).toBe("billing-off");
});
