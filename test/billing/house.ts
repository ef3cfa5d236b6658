/** Billing with a real database, the contract server of Stripe, and people who are told things. */
import { openAudit, type Audit } from "../../src/audit/index.ts";
import { openBilling, type Billing, type BillingParts, type StripeObjects } from "../../src/billing/index.ts";
import type { Message } from "../../src/chat/message.ts";
import { render } from "../../src/chat/render.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import { Secret } from "../../src/core/secret.ts";
import type { MatrixId, MemberName, Role, SeatName } from "../../src/core/terms.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { openPeople, type People } from "../../src/people/index.ts";
import { apiBase, openContractServer, type ContractServer } from "../contract/stripe/server.ts";
import { newState, secretKey, webhookSecret, type Fault, type Obj } from "../contract/stripe/state.ts";

export interface House extends Omit<ContractServer, "fetch"> {
  db: Db;
  clock: FakeClock;
  audit: Audit;
  people: People;
  billing: Billing;
  /** What was said: to whom, under which key, in which words. */
  said: { to: string; key: string; text: string }[];
  /** What the books were handed. */
  handed: StripeObjects[];
  /** The same house after a restart. */
  again: (more?: Partial<BillingParts>) => Billing;
  /** The next requests meet these, in order; `-` is none. */
  meet: (...faults: (Fault | "-")[]) => void;
  /** Everything of a kind that is there. */
  there: (kind: string) => Obj[];
}

export const bo = { name: "bo", seat: "three-rivers", roles: ["member"] };
export const tess = { name: "tess", seat: null, roles: ["member", "treasurer"] };

export function house(more: Partial<BillingParts> = {}): House {
  const clock = new FakeClock(Date.parse("2026-11-26T09:00:00Z"));
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const people = openPeople({ db, clock, audit });
  people.addSeat("config", "three-rivers" as SeatName, "Three Rivers");
  for (const [name, role] of Object.entries({ bo: "member", ana: "member", tess: "treasurer" })) {
    const seat = name === "tess" ? {} : { seat: "three-rivers" as SeatName };
    people.add("config", {
      ...{ name: name as MemberName, matrixId: `@${name}:example.coop` as MatrixId },
      ...seat,
    });
    people.grant("config", name as MemberName, role as Role);
  }
  const server = openContractServer(newState(), clock);
  const said: House["said"] = [];
  const handed: StripeObjects[] = [];
  const post = (to: string | { direct: MatrixId }, key: string, message: Message): void => {
    if (said.some((one) => one.key === key)) return;
    said.push({ to: typeof to === "string" ? to : to.direct, key, text: render(message).body });
  };
  const again = (other: Partial<BillingParts> = {}): Billing =>
    openBilling({
      ...{ db, clock, audit, people, post, publicUrl: "https://tandem.example.coop" },
      settings: { apiBase, room: "!treasurers:example.coop" },
      ...{ key: new Secret(secretKey), hookSecrets: [new Secret(webhookSecret)], fetch: server.fetch },
      books: { importStripe: (objects) => handed.push(objects) },
      ...more,
      ...other,
    });
  const { state, faults, play, build } = server;
  return {
    ...{ db, clock, audit, people, said, handed, again, state, faults, play, build },
    billing: again(),
    meet(...queue) {
      faults.next = () => {
        const next = queue.shift();
        return next === "-" ? undefined : next;
      };
    },
    there: (kind) => state.objects.filter(({ object }) => object === kind),
  };
}

export const cloud = "app/cloud.example.coop" as const;

/** What `billing start` does, in one go. */
export async function offer(
  { billing, db, play, state }: House,
  payer = "seat/three-rivers",
): Promise<string> {
  if (!state.objects.some(({ object }) => object === "price")) {
    play.price({ lookup_key: "hosting-small", unit_amount: 1000, nickname: "Small" });
  }
  const plan = await billing.findPlan("hosting-small");
  billing.payerFor(bo, payer === "seat/three-rivers" ? undefined : payer);
  const customer = db.tx(() => billing.wantCustomer("bakor/customer", payer));
  if (customer !== null) await made(billing, customer);
  const key = db.tx(() => billing.wantCheckout("bakor/checkout", { subject: cloud, payer, plan }));
  const { id } = await made(billing, key);
  billing.offered({ subject: cloud, payer, plan: plan.name, session: id });
  return id;
}

export async function made(billing: Billing, key: string) {
  const carried = await billing.carry(key);
  if (carried.kind === "trouble") throw new Error(carried.problem.code);
  return carried.object;
}

/** Everything that events name is looked at. */
export async function lookAround({ billing }: House): Promise<void> {
  await billing.sweep();
  await billing.drain();
}

export async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.code;
    throw thrown;
  }
  return "nothing";
}
