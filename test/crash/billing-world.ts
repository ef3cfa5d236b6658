/** The world of billing: the contract server of Stripe outlives the process; rows and messages are kept. */
import { openAudit } from "../../src/audit/index.ts";
import { openBilling, type Billing, type ForBooks, type SettingsPlan } from "../../src/billing/index.ts";
import type { Clock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import type { Db } from "../../src/db/index.ts";
import type { Member } from "../../src/people/index.ts";
import { apiBase, openContractServer, type ContractServer } from "../contract/stripe/server.ts";
import { newState, secretKey, type Fault, type State } from "../contract/stripe/state.ts";

export const payer = "seat/three-rivers";
export const subject = "app/cloud.example.coop";

export interface World {
  state: State;
  server: ContractServer | undefined;
  /** What happens to the n-th request of a route, such as `POST /v1/customers 1`. */
  faults: Record<string, Fault>;
  plans: Record<string, SettingsPlan>;
  asked: Map<string, number>;
}

export interface Setting {
  faults?: Record<string, Fault>;
  /** An invoice over EUR 50 that is paid, or open. */
  invoice?: "paid" | "open";
  /** The bank has the transfer for it. */
  transfer?: boolean;
  /** EUR 50 that were paid without an invoice. */
  charge?: boolean;
  /** The settings' plans, of which the first is at Stripe. */
  plans?: boolean;
}

const at = "2026-10-01T08:00:00.000Z";

const hosting = { for: "Hosting", every: "month" } as const;
const settingsPlans: Record<string, SettingsPlan> = {
  "hosting-small": { ...hosting, amount: "EUR10" },
  "hosting-middle": { ...hosting, amount: "EUR20" },
  "hosting-large": { ...hosting, amount: "EUR40" },
};

export function worldOf(db: Db, setting: Setting = {}): World {
  const { faults = {}, invoice, transfer = false, charge = false, plans = false } = setting;
  const { sqlite } = db;
  sqlite.exec("create table if not exists harness_said (key text primary key); delete from harness_said");
  const customer = invoice === undefined && !charge ? null : "cus_1";
  sqlite
    .prepare(
      `insert into billing_payer (id, title, email, customer, added_by, added_at)
       values (?, 'Three Rivers', 'office@three-rivers.test', ?, 'tess', ?)`,
    )
    .run(payer, customer, at);
  const world: World = {
    ...{ state: newState(), server: undefined, faults, asked: new Map() },
    plans: plans ? settingsPlans : {},
  };
  const { play } = openContractServer(world.state, { now: () => Date.parse(at) });
  if (invoice !== undefined) {
    play.add("customer");
    const fifty = { amount_due: 5000, amount_remaining: 5000, total: 5000, currency: "eur" };
    play.add("invoice", { customer: "cus_1", status: "open", number: "TANDEM-2", ...fifty });
    if (invoice === "paid") play.pay("in_2");
    world.state.objects = world.state.objects.filter(({ object }) => object !== "event");
  } else if (charge) {
    play.add("customer");
    play.add("charge", { amount: 5000, currency: "eur", customer: "cus_1", status: "succeeded", paid: true });
  } else play.price({ lookup_key: "hosting-small", unit_amount: 1000 });
  if (transfer)
    sqlite
      .prepare("insert into billing_transfer values ('in_2', 'bank:gls/l1', '2026-10-01', 5000, 'EUR')")
      .run();
  return world;
}

const people: Record<string, Pick<Member, "name" | "matrixIds" | "displayName">> = {
  ana: { name: "ana" as never, matrixIds: ["@ana:example.coop" as never], displayName: "Ana" },
  tess: { name: "tess" as never, matrixIds: ["@tess:example.coop" as never], displayName: "Tess" },
};

export function billingOf(world: World, db: Db, clock: Clock, books?: ForBooks): Billing {
  const server = openContractServer(world.state, clock);
  server.faults.next = (route) => {
    const n = (world.asked.get(route) ?? 0) + 1;
    world.asked.set(route, n);
    return world.faults[`${route} ${n}`];
  };
  const say = db.sqlite.prepare("insert or ignore into harness_said values (?)");
  return openBilling({
    ...{ db, clock, publicUrl: "https://tandem.example.coop" },
    audit: openAudit(db, clock),
    people: {
      byName: (name) => people[name] as Member | undefined,
      withRole: () => [people["tess"] as Member],
      list: () => Object.values(people) as Member[],
      seats: () => [{ name: "three-rivers" as never, title: "Three Rivers", members: ["ana" as never] }],
    },
    settings: { apiBase, room: "!treasurers:example.coop", plans: world.plans },
    ...{ key: new Secret(secretKey), hookSecrets: [] },
    // A run's letters are other ones in each telling.
    post: (_to, key) =>
      void say.run(
        key.replaceAll(/\b[a-z]{5}\/(?:given|link)|trouble\/[a-z]{5}/g, (one) =>
          one.endsWith("given") ? "given" : "a run",
        ),
      ),
    fetch: server.fetch,
    ...(books && { books }),
  });
}

export interface Seen {
  /** What there is at Stripe, one line each. */
  there: string[];
  /** Ids of invoices that were mailed. */
  mailed: number;
  plan: string;
  said: string[];
}

const shown: Record<string, (one: State["objects"][number]) => string> = {
  customer: () => "a customer",
  "checkout.session": () => "an offer",
  invoice: (one) => `an invoice, ${String(one["status"])}, ${String(one["amount_due"])}`,
  invoiceitem: (one) => `an item over ${String(one["amount"])}`,
  payment_link: () => "a link",
  product: (one) => `a product ${String(one["name"])}`,
  price: (one) => `a price ${String(one["lookup_key"])} of ${String(one["product"])}`,
  charge: (one) => `a payment of ${String(one["amount"])}, ${String(one["amount_refunded"])} of it back`,
  credit_note: (one) => `a credit note over ${String(one["amount"])}`,
  refund: (one) => `a refund of ${String(one["amount"])}`,
};

export function see({ state }: World, db: Db): Seen {
  const plan = db.sqlite
    .prepare<[], string>("select subject || ' ' || state from billing_plan")
    .pluck()
    .get();
  return {
    there: state.objects.flatMap((one) => shown[one.object]?.(one) ?? []).sort(),
    mailed: state.mailed.length,
    plan: plan ?? "none",
    said: db.sqlite.prepare<[], string>("select key from harness_said order by 1").pluck().all(),
  };
}
