/** Open Collective's side of the books: its groups as entries, its expenses as what the bank should show. */
import type { Facts } from "../facts.ts";
import type { Claim } from "../match/match.ts";
import { givenIn, groupOf, type Booked, type Owners } from "../opencollective/groups.ts";
import { ownAccountOf } from "../opencollective/own-side.ts";
import { fullest, type Row } from "../opencollective/read.ts";
import type { Entry, QueueItem } from "../types.ts";
import type { JoinedTwin } from "./stripe.ts";

export interface CollectiveSide {
  entries: Entry[];
  /** What came to our account there, by currency, in whatever book it is. */
  nets: Map<string, bigint>;
  queue: QueueItem[];
  claims: Claim[];
  twins: Map<string, JoinedTwin[]>;
}

export function collectiveSide(facts: Facts, member: Owners["member"]): CollectiveSide {
  const side: CollectiveSide = { entries: [], nets: new Map(), queue: [], claims: [], twins: new Map() };
  const rows = rowsOf(facts);
  const own = ownOf(facts) ?? ownAccountOf(rows);
  for (const group of Map.groupBy(rows, ({ group: id }) => id).values()) {
    const booked = groupOf(group, { own, member });
    if (booked.kind === "not ours") continue;
    if (booked.kind === "refused") {
      side.queue.push(itemOf(booked.main, "refused", booked.why));
      continue;
    }
    takeGroup(booked, group, own, side);
  }
  return side;
}

function rowsOf(facts: Facts): Row[] {
  const versions = Map.groupBy(facts.all("row"), ({ ext }) => ext);
  return [...versions.values()]
    .map((all) => fullest(all.map(({ content }) => content as Row)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The name of our account there, as it was said last. */
function ownOf(facts: Facts): string | null {
  return facts.all("own").at(-1)?.ext ?? null;
}

function takeGroup(booked: Booked, group: readonly Row[], own: string | null, side: CollectiveSide): void {
  const { main, date, postings, asks, nets } = booked;
  const kind = main.kind.toLowerCase();
  side.entries.push({
    ...{ source: "opencollective", ref: main.id, date, kind, memo: main.group, corrects: null, postings },
  });
  for (const [currency, net] of nets) side.nets.set(currency, (side.nets.get(currency) ?? 0n) + net);
  for (const why of asks) side.queue.push(itemOf(main, "unknown", why));
  if (main.kind === "EXPENSE") side.claims.push(claimOf(main, group, nets));
  else joinTwin(main, group, own, side);
}

/** What the bank should show of an expense: all that it takes from the fund, with the fee of the transfer. */
function claimOf(main: Row, group: readonly Row[], nets: Booked["nets"]): Claim {
  const references = group.flatMap((row) => [
    ...row.references,
    ...(row.merchantId === null ? [] : [row.merchantId]),
    ...(row.key === null ? [] : [row.key, row.key.replaceAll("/", "-")]),
  ]);
  return {
    ...{ id: main.id, kind: "expense", arrival: null, references: [...new Set(references)] },
    ...{ currency: main.currency, amountMinor: nets.get(main.currency) ?? 0n },
  };
}

/** Money that came by Stripe: its charge is booked there too. */
function joinTwin(main: Row, group: readonly Row[], own: string | null, side: CollectiveSide): void {
  const { currency, amount, fee } = givenIn(group, own);
  if (currency === "") return;
  const twin = { currency, amountMinor: BigInt(amount), feeMinor: BigInt(fee), isRefund: main.isRefund };
  for (const id of new Set(group.map(({ merchantId }) => merchantId)))
    if (id !== null) side.twins.set(id, [...(side.twins.get(id) ?? []), twin]);
}

function itemOf(row: Row, kind: QueueItem["kind"], why: string): QueueItem {
  const { id, currency, net, clearedAt, createdAt } = row;
  return {
    ...{ id, source: "opencollective", kind, why, date: clearedAt ?? createdAt },
    ...{ currency, amountMinor: BigInt(net), candidates: [] },
  };
}
