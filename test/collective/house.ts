/** Open Collective's room with a real database, the contract server, and people who are told things. */
import { openAudit, type Audit } from "../../src/audit/index.ts";
import type { Message } from "../../src/chat/message.ts";
import { render } from "../../src/chat/render.ts";
import { openCollective, type Collective, type CollectiveParts } from "../../src/collective/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import { Secret } from "../../src/core/secret.ts";
import type { MatrixId, MemberName, Role } from "../../src/core/terms.ts";
import { openDb, schema, type Db } from "../../src/db/index.ts";
import { openPeople, type People } from "../../src/people/index.ts";
import { apiUrl, openContractServer } from "../contract/opencollective/server.ts";
import { coopSlug, coopToken, newState, type Faults, type State } from "../contract/opencollective/state.ts";

export interface House {
  db: Db;
  clock: FakeClock;
  audit: Audit;
  people: People;
  state: State;
  faults: Faults;
  collective: Collective;
  /** The contract server. */
  serve: typeof fetch;
  /** What was said: to whom, under which key, in which words. */
  said: { to: string; key: string; text: string }[];
  /** A payable of the batch `bakor`. */
  owe: (member: string, amountMinor?: number, currency?: string) => string;
  stateOf: (payable: string) => { state: string; reference: string | null; said: string | null };
  /** The same house after a restart. */
  again: (more?: Partial<CollectiveParts>) => Collective;
  /** Puts bo's or anybody's token in through a form. */
  putIn: (member: string, value: string) => Promise<unknown>;
}

export function house(more: Partial<CollectiveParts> = {}): House {
  const clock = new FakeClock(Date.parse("2026-11-26T09:00:00Z"));
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const people = openPeople({ db, clock, audit });
  for (const [name, role] of Object.entries({ bo: "member", ana: "member", tess: "treasurer" })) {
    people.add("config", { name: name as MemberName, matrixId: `@${name}:example.coop` as MatrixId });
    people.grant("config", name as MemberName, role as Role);
  }
  const state = newState();
  const server = openContractServer(state, clock);
  const said: House["said"] = [];
  const post = (to: string | { direct: MatrixId }, key: string, message: Message): void => {
    if (said.some((one) => one.key === key)) return;
    said.push({ to: typeof to === "string" ? to : to.direct, key, text: render(message).body });
  };
  const at = "2026-11-01T08:00:00.000Z";
  db.orm
    .insert(schema.workBatch)
    .values({
      ...{ id: "bakor", period: "2026-10", state: "approved", hash: "h", proposedBy: "tess" },
      ...{ publishedAt: at, disputesUntil: at },
    })
    .run();
  const open = (other: Partial<CollectiveParts> = {}): Collective =>
    openCollective({
      ...{ db, clock, audit, people, post, publicUrl: "https://tandem.example.coop" },
      settings: { slug: coopSlug, apiUrl },
      token: new Secret(coopToken),
      key: Buffer.alloc(32, 7),
      room: undefined,
      wake: () => 1,
      fetch: server.fetch,
      ...more,
      ...other,
    });
  const collective = open();
  return {
    ...{ db, clock, audit, people, state, said, collective, faults: server.faults, again: open },
    serve: server.fetch,
    owe(member, amountMinor = 5000, currency = "EUR") {
      const id = `bakor/${member}/${currency}`;
      const row = {
        id,
        batch: "bakor",
        member,
        currency,
        amountMinor,
        state: "ready",
        updatedAt: at,
      } as const;
      db.orm.insert(schema.payable).values(row).run();
      return id;
    },
    stateOf: (id) => {
      const row = db.orm
        .select()
        .from(schema.payable)
        .all()
        .find((one) => one.id === id);
      if (row === undefined) throw new Error(`no ${id}`);
      return { state: row.state, reference: row.reference, said: row.said };
    },
    putIn: (member, value) => {
      const link = new URL(collective.tokenLink(member)).searchParams.get("token") ?? "";
      return collective.spendForm(link, value);
    },
  };
}

/** Asks as the story does, in one go. */
export async function ask(collective: Collective, payable: string) {
  const found = await collective.find(payable);
  if (found.kind === "expense") collective.asked(payable, found.expense);
  if (found.kind !== "none") return found;
  const turn = collective.takeTurn(payable);
  if (turn.kind === "trouble") return turn;
  const made = await collective.submit(payable, turn.way);
  if (made.kind === "expense") collective.asked(payable, made.expense);
  return made;
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
