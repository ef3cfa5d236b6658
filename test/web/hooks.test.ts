import Stripe from "stripe";
import { expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { openBilling } from "../../src/billing/index.ts";
import { Secret } from "../../src/core/secret.ts";
import { browser, from } from "./browse.ts";
import { house } from "./house.ts";

const secret = "whsec_0123456789";
const body =
  '{"id":"evt_1","object":"event","type":"invoice.paid","created":1795000000,\n' +
  '"data":{"object":{"object":"invoice","id":"in_1","name":"Zoë"}}}';

function stage(hookSecrets = [new Secret(secret)]) {
  const home = house();
  const { db, clock, people, audit } = home.parts;
  const billing = openBilling({
    ...{
      db,
      clock,
      audit: openAudit(db, clock),
      key: undefined,
      hookSecrets,
      publicUrl: "https://tandem.test",
    },
    people: { ...people, withRole: () => [], list: () => [], seats: () => [] },
    settings: { apiBase: "https://api.stripe.test" },
    post: () => undefined,
  });
  home.parts.billing = billing;
  const post = (text: string, header?: string, type = "application/json") =>
    home.web.app.request(
      "/hooks/stripe",
      {
        method: "POST",
        body: text,
        headers: { "content-type": type, ...(header !== undefined && { "stripe-signature": header }) },
      },
      from("192.0.2.7"),
    );
  const timestamp = Math.floor(clock.now() / 1000);
  const header = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
  const kept = (): unknown => db.sqlite.prepare("select count(*) from billing_event").pluck().get();
  return { home, post, header, kept, audit };
}

test("a webhook is checked over its very bytes and is on disk when it is answered", async () => {
  const { post, header, kept } = stage();
  expect((await post(body, header)).status).toBe(200);
  expect(kept()).toBe(1);
  expect((await post(body, header)).status).toBe(200);
  expect((await post(body, header, "application/x-www-form-urlencoded")).status).not.toBe(500);
  expect(kept()).toBe(1);
});

test("what is not Stripe's gets 400 without a word of why, is audited, and nothing of it is kept", async () => {
  const { post, header, kept, audit } = stage();
  const reserialised = JSON.stringify(JSON.parse(body));
  for (const [text, signature] of [
    [body, undefined],
    [reserialised, header],
    [body.slice(0, 40), header],
    [body, header.replace("v1=", "v0=")],
  ] as const) {
    const response = await post(text, signature);
    expect([response.status, await response.json()]).toEqual([400, { heard: false }]);
  }
  expect(kept()).toBe(0);
  expect(audit.list({ limit: 50 }).filter(({ what }) => what === "billing.hook-refused")).toHaveLength(4);
});

test("too large is refused before it is read; where webhooks are off there is no such page, and nothing to get", async () => {
  const { post, header, home } = stage();
  expect((await post(" ".repeat(1_100_000), header)).status).toBe(413);
  expect((await post(" ".repeat(900_000), header)).status).toBe(400);
  expect((await browser(home).get("/hooks/stripe")).status).toBe(404);
  expect((await stage([]).post(body, header)).status).toBe(404);
});

test("a nudge of Open Collective: only whoever knows the word is heard, and of what they say nothing is looked at", async () => {
  const home = house();
  const nudge = (word: string, init: RequestInit = {}) =>
    home.web.app.request(
      `/hooks/opencollective/${word}`,
      { method: "POST", body: "{", headers: { "content-type": "application/json" }, ...init },
      from("192.0.2.8"),
    );
  const right = await nudge("the-word-of-this-house");
  expect([right.status, await right.json(), right.headers.get("cache-control")]).toEqual([
    ...[200, { heard: true }, "no-store"],
  ]);
  const wrong = await nudge("another-word");
  const json = { method: "POST", body: "{", headers: { "content-type": "application/json" } };
  const nowhere = await home.web.app.request("/nowhere", json, from("192.0.2.8"));
  expect([wrong.status, nowhere.status]).toEqual([404, 404]);
  const bare = async (response: Response): Promise<string> =>
    (await response.text())
      .replaceAll("/hooks/opencollective/another-word", "PATH")
      .replaceAll("/nowhere", "PATH");
  expect(await bare(wrong)).toBe(await bare(nowhere));
  expect((await nudge("the-word-of-this-house", { method: "GET", body: null })).status).toBe(404);
  expect((await nudge("")).status).toBe(404);
  const long = { body: " ".repeat(1_100_000) };
  expect((await nudge("the-word-of-this-house", long)).status).toBe(413);
});

test("whoever tries words is slowed down", async () => {
  const home = house();
  const statuses = new Set<number>();
  for (let n = 0; n < 320; n++) {
    const path = `/hooks/opencollective/word-${n}`;
    const init = { method: "POST", headers: { "content-type": "application/json" } };
    statuses.add((await home.web.app.request(path, init, from("192.0.2.9"))).status);
  }
  expect([...statuses]).toEqual([404, 429]);
});
