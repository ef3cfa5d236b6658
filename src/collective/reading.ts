/** Pages of the ledger at Open Collective, and what the account holds. Whatever does not fit together is refused. */
import type { Money } from "../core/money.ts";
import { collectiveChanged } from "../core/problems/collective.ts";
import { moneyOf } from "../core/hundredths.ts";
import { Balance, OwnTransactions, TransactionGroups } from "./answers.ts";
import type { Client } from "./client.ts";
import { balanceOf, ownTransactions, transactionGroups } from "./documents.ts";
import type { As } from "./ground.ts";

/** It gives up to 1,000; less costs it less (each query has a limit of cost there). */
const ownPage = 200;
/** Rows of one moment may change places between two pages: each page begins a little before the last one's end. */
const ownOverlap = 20;
const groupsAtOnce = 25;
const groupPage = 200;

export interface Reading {
  client: Client;
  slug: string;
  as: As | null;
  signal: AbortSignal | undefined;
}

/** The account's name as it writes it itself, and what it holds; null: it does not say. */
export async function readBalance({
  client,
  slug,
  as,
  signal,
}: Reading): Promise<{ own: string; money: Money | null }> {
  const operation = "Balance";
  const { account } = await client.ask({
    ...{ operation, document: balanceOf, variables: { slug }, answer: Balance },
    ...{ as, signal },
  });
  const balance = account?.stats?.balance;
  if (balance === undefined) return { own: account?.slug ?? slug, money: null };
  const { valueInCents, currency } = balance;
  const money = moneyOf(valueInCents, currency);
  if (money !== undefined) return { own: account?.slug ?? slug, money };
  throw collectiveChanged({ operation, what: `${valueInCents} hundredths are no amount of ${currency}` });
}

export interface OwnPage {
  nodes: { id: string; group: string; createdAt: string }[];
  totalCount: number;
  /** By how much the next page begins later. */
  step: number;
}

/** Our side of what moved, made there from a moment on; the oldest first. */
export async function readOwnPage(
  { client, slug, as, signal }: Reading,
  fromMs: number | undefined,
  offset: number,
): Promise<OwnPage> {
  const from = fromMs === undefined ? null : new Date(Math.max(fromMs, 0)).toISOString();
  const { transactions } = await client.ask({
    ...{ operation: "OwnTransactions", document: ownTransactions, answer: OwnTransactions },
    variables: { account: [{ slug }], from, limit: ownPage, offset },
    ...{ as, signal },
  });
  return { ...transactions, step: Math.max(1, transactions.nodes.length - ownOverlap) };
}

/** All rows of the groups that these rows are of. Throws `collective-changed` when one of them is not among them. */
export async function readGroups(
  reading: Reading,
  own: readonly { id: string; group: string }[],
): Promise<unknown[]> {
  const groups = [...new Set(own.map(({ group }) => group))];
  const rows = new Map<string, unknown>();
  for (let first = 0; first < groups.length; first += groupsAtOnce) {
    const asked = groups.slice(first, first + groupsAtOnce);
    for (const row of await readSomeGroups(reading, asked)) rows.set(row.id, row);
  }
  const missing = own.find(({ id }) => !rows.has(id));
  if (missing === undefined) return [...rows.values()];
  const what = `the transaction ${missing.id} is not in its group`;
  throw collectiveChanged({ operation: "TransactionGroups", what });
}

async function readSomeGroups(
  { client, as, signal }: Reading,
  groups: readonly string[],
): Promise<{ id: string }[]> {
  const operation = "TransactionGroups";
  const found = new Map<string, { id: string }>();
  for (let offset = 0; ;) {
    const { transactions } = await client.ask({
      ...{ operation, document: transactionGroups, answer: TransactionGroups },
      variables: { groups, limit: groupPage, offset },
      ...{ as, signal },
    });
    const { nodes, totalCount } = transactions;
    // A filter that is passed over would bring in other people's money.
    const other = nodes.find(({ group }) => !groups.includes(group));
    if (other !== undefined)
      throw collectiveChanged({ operation, what: `it also shows the group ${other.group}` });
    for (const node of nodes) found.set(node.id, node);
    if (nodes.length === 0 || offset + nodes.length >= totalCount) {
      if (found.size >= totalCount) return [...found.values()];
      const what = `it counts ${totalCount} transactions and shows ${found.size}`;
      throw collectiveChanged({ operation, what });
    }
    offset += nodes.length;
  }
}
