/** The world of paying: the contract server of Open Collective outlives the process; rows and messages are kept. */
import { openAudit } from "../../src/audit/index.ts";
import { openCollective, type Collective } from "../../src/collective/index.ts";
import type { Clock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { openSeal } from "../../src/collective/seal.ts";
import type { Db } from "../../src/db/index.ts";
import type { Member } from "../../src/people/index.ts";
import { apiUrl, openContractServer } from "../contract/opencollective/server.ts";
import {
  boToken,
  coopSlug,
  coopToken,
  newState,
  type Fault,
  type State,
} from "../contract/opencollective/state.ts";

export const payable = "bakor/bo/EUR";
const key = Buffer.alloc(32, 7);

export interface World {
  state: State;
  /** What happens to the n-th request of an operation, such as `CreateExpense 1`. */
  faults: Record<string, Fault>;
  /** What becomes of the expense there, look by look. */
  course: string[];
  /** Ids of expenses that stay as they are. */
  stay: string[];
}

export interface Seen {
  /** Expenses there that bear our key: how each stands. */
  expenses: string[];
  payable: string;
  /** What was said, less whose it was. */
  said: string[];
}

export interface Setting {
  /** bo has put in a token of their own. */
  own?: boolean;
  faults?: Record<string, Fault>;
  course?: string[];
  /** It was asked for before and refused there; `open again`: and whoever made it has changed it since. */
  refused?: "for good" | "open again";
}

const at = "2026-10-01T08:00:00.000Z";

export function worldOf(db: Db, { own = true, faults = {}, course, refused }: Setting = {}): World {
  const { sqlite } = db;
  sqlite.exec("create table if not exists harness_said (key text primary key); delete from harness_said");
  const batch = "('bakor', '2026-10', 'approved', 'h', 'tess', ?, ?, '[\"tess\"]', ?)";
  sqlite.prepare(`insert into work_batch values ${batch}`).run(at, at, at);
  sqlite
    .prepare(
      `insert into payable (id, batch, member, currency, amount_minor, state, updated_at)
       values (?, 'bakor', 'bo', 'EUR', 5000, 'ready', ?)`,
    )
    .run(payable, at);
  sqlite
    .prepare("insert into payee (member, how, slug, updated_at) values ('bo', 'opencollective', 'bo-b', ?)")
    .run(at);
  if (own) {
    sqlite
      .prepare("insert into collective_token (member, sealed, added_at) values ('bo', ?, ?)")
      .run(openSeal(key).close("bo", boToken), at);
  }
  const state = newState();
  if (refused !== undefined) refuse(db, state);
  const stay = refused === "for good" ? ["ex-1"] : [];
  return { state, faults, course: course ?? ["PENDING", "PAID"], stay };
}

function refuse({ sqlite }: Db, state: State): void {
  state.expenses.push({
    ...{ id: "ex-1", legacyId: 4701, description: "", reference: payable, status: "REJECTED" },
    ...{ currency: "EUR", cents: 5000, account: coopSlug, payee: "bo-b", createdBy: "bo-b" },
    ...{ approvedBy: [], customData: { tandem: { key: payable } }, lockedFields: [] },
  });
  sqlite.exec(`update payable set state = 'rejected', how = 'opencollective', reference = 'ex-1',
    said = 'is refused there'`);
}

const people: Record<string, Pick<Member, "matrixIds" | "displayName">> = {
  bo: { matrixIds: ["@bo:example.coop" as never], displayName: "Bo" },
  tess: { matrixIds: ["@tess:example.coop" as never], displayName: "Tess" },
};

export function collectiveOf(world: World, db: Db, clock: Clock): Collective {
  const server = openContractServer(world.state, clock);
  const asked = new Map<string, number>();
  server.faults.next = (operation) => {
    const n = (asked.get(operation) ?? 0) + 1;
    asked.set(operation, n);
    if (operation === "LookAtExpense") moveOn(world, n);
    return world.faults[`${operation} ${n}`];
  };
  const say = db.sqlite.prepare("insert or ignore into harness_said values (?)");
  return openCollective({
    db,
    clock,
    audit: openAudit(db, clock),
    people: {
      byName: (name) => people[name] as Member | undefined,
      withRole: () => [people["tess"] as Member],
    },
    settings: { slug: coopSlug, apiUrl },
    publicUrl: "https://tandem.example.coop",
    token: new Secret(coopToken),
    key,
    room: "!treasurers:example.coop",
    post: (_to, messageKey) => void say.run(messageKey.replace(/\/[a-z]{5}$/, "")),
    wake: () => 0,
    fetch: server.fetch,
  });
}

/** Others act there between two looks. */
function moveOn({ state, course, stay }: World, looks: number): void {
  const status = course[Math.min(looks, course.length) - 1];
  for (const expense of state.expenses)
    if (!stay.includes(expense.id)) expense.status = status ?? expense.status;
}

export function see({ state }: World, db: Db): Seen {
  const row = db.sqlite
    .prepare<[string], { state: string; reference: string | null }>("select * from payable where id = ?")
    .get(payable);
  return {
    expenses: state.expenses.map(({ status }) => status),
    payable: `${row?.state ?? "?"}${row?.reference == null ? "" : ` as ${row.reference}`}`,
    said: db.sqlite.prepare<[], string>("select key from harness_said order by 1").pluck().all(),
  };
}
