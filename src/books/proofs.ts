/** Opening + Σ = closing, for every place where money lies: exact, or by how much it is not. */
import type { Database } from "better-sqlite3";
import { accounts, bankAccount } from "./chart.ts";
import { dayOfSeconds, plusDays } from "./days.ts";
import type { Facts } from "./facts.ts";
import { heldThere } from "./opencollective/fetched.ts";
import type { BankRow } from "./project/bank.ts";
import type { Payout, Balance } from "./stripe/read.ts";
import type { Posting, Proof, Source, State } from "./types.ts";

export interface ProofParts {
  sqlite: Database;
  facts: Facts;
  balances: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  rows: readonly BankRow[];
  payouts: readonly { payout: Payout }[];
  states: ReadonlyMap<string, State>;
  /** What came to our account at Open Collective. */
  collectiveNets: ReadonlyMap<string, bigint>;
  /** What the books begin with. */
  opening: readonly Posting[];
}

/** How many days money may be on its way between Stripe and the bank before it is named. */
const longestTransitDays = 7;

export function proofsOf(parts: ProofParts): Proof[] {
  return [
    ...trialBalance(parts),
    ...ofStripe(parts),
    ...ofCollective(parts),
    ...ofBanks(parts),
    ...ofTransit(parts),
  ];
}

function proof(
  name: string,
  currency: string,
  sums: { opening?: bigint; moved: bigint; said: bigint | null; booked?: bigint },
  note = "",
): Proof {
  const { opening = 0n, moved, said, booked = opening + moved } = sums;
  const closing = opening + moved;
  const difference = said === null ? booked - closing : closing - said;
  return {
    ...{ proof: name, currency, openingMinor: opening, movedMinor: moved, closingMinor: closing },
    ...{ saidMinor: said, differenceMinor: difference, ok: difference === 0n && booked === closing },
    note,
  };
}

/** What an account held when the books began; undefined: nobody has said. */
function openingOf({ opening }: ProofParts, name: string, of: string): bigint | undefined {
  const found = opening.filter(({ account, currency }) => account === name && currency === of);
  return found.length === 0 ? undefined : found.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

/** Σ over all accounts is zero in each currency. */
function trialBalance({ balances }: ProofParts): Proof[] {
  const sums = new Map<string, bigint>();
  for (const of of balances.values())
    for (const [currency, sum] of of) sums.set(currency, (sums.get(currency) ?? 0n) + sum);
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, moved]) => proof("trial balance", currency, { moved, said: 0n }));
}

/** What Stripe's transactions come to is what the account bears and, where it was asked, what Stripe says it holds. */
function ofStripe(parts: ProofParts): Proof[] {
  const { sqlite, facts, balances } = parts;
  const nets = sqlite
    .prepare<[], { currency: string; net: number }>(
      `SELECT currency, SUM(net_minor) AS net FROM book_fact WHERE +kind = 'txn' AND version = 0
       GROUP BY currency ORDER BY currency`,
    )
    .all();
  const told = facts.all("balance").filter(({ source }) => source === "stripe");
  const balance = told.at(-1)?.content as Balance | undefined;
  const held = balances.get(accounts.stripe);
  const began = parts.opening.filter(({ account }) => account === accounts.stripe);
  const currencies = [
    ...new Set([...[...nets, ...began].map(({ currency }) => currency), ...Object.keys(balance?.held ?? {})]),
  ];
  return currencies.flatMap((currency) => {
    const moved = BigInt(nets.find((one) => one.currency === currency)?.net ?? 0);
    const said = balance === undefined ? null : BigInt(balance.held[currency] ?? 0);
    const note = said === null ? "Stripe has not said what it holds" : "available and pending";
    const opening = openingOf(parts, accounts.stripe, currency) ?? 0n;
    const booked = held?.get(currency) ?? 0n;
    return [proof(accounts.stripe, currency, { opening, moved, said, booked }, note)];
  });
}

/** What our account there moved by, in whatever book it is counted, is what Open Collective says that it holds. */
function ofCollective(parts: ProofParts): Proof[] {
  const { facts, collectiveNets } = parts;
  const there = heldThere(facts);
  const began = parts.opening.filter(({ account }) => account === accounts.collective);
  const currencies = new Set([
    ...collectiveNets.keys(),
    ...began.map(({ currency }) => currency),
    ...Object.keys(there?.held ?? {}),
  ]);
  return [...currencies].map((currency) => {
    const moved = collectiveNets.get(currency) ?? 0n;
    const opening = openingOf(parts, accounts.collective, currency) ?? 0n;
    const held = there?.held[currency];
    const note =
      there === undefined || held === undefined
        ? "Open Collective has not said what it holds"
        : `as Open Collective has said since ${there.at.slice(0, 16).replace("T", " ")} UTC`;
    const said = held === undefined ? null : BigInt(held);
    return proof(accounts.collective, currency, { opening, moved, said }, note);
  });
}

interface Closing {
  date: string;
  currency: string;
  amount: number;
  isOpening: boolean;
}

function ofBanks(parts: ProofParts): Proof[] {
  const statements = Map.groupBy(parts.facts.all("statement"), ({ source }) => source);
  const byAccount = Map.groupBy(parts.rows, ({ source, currency }) => `${source} ${currency}`);
  const keys = new Set(byAccount.keys());
  for (const [source, all] of statements)
    for (const { content } of all) keys.add(`${source} ${(content as Closing).currency}`);
  return [...keys].sort().map((key) => {
    const [source = "", currency = ""] = key.split(" ");
    const said = (statements.get(source as Source) ?? [])
      .map(({ content }) => content as Closing)
      .filter((one) => one.currency === currency);
    return ofBank(parts, source.slice("bank:".length), currency, byAccount.get(key) ?? [], said);
  });
}

function ofBank(
  parts: ProofParts,
  account: string,
  currency: string,
  rows: readonly BankRow[],
  said: readonly Closing[],
): Proof {
  const name = bankAccount(account);
  const [opening] = said.filter((one) => one.isOpening).toSorted((a, b) => (a.date < b.date ? -1 : 1));
  const closing = said
    .filter((one) => !one.isOpening)
    .toSorted((a, b) => (a.date < b.date ? -1 : 1))
    .at(-1);
  const sum = (part: readonly BankRow[]): bigint =>
    part.reduce((all, { amountMinor }) => all + amountMinor, 0n);
  const booked = parts.balances.get(name)?.get(currency) ?? 0n;
  const began = openingOf(parts, name, currency);
  if (closing === undefined) {
    const moved = { opening: began ?? 0n, moved: sum(rows), said: null, booked };
    return proof(name, currency, moved, "no statement says what it holds");
  }
  const until = rows.filter(({ date }) => date <= closing.date);
  // What the books began with is held against the statements; where nobody has said it, they say it.
  const first =
    opening === undefined || began !== undefined
      ? (began ?? 0n)
      : BigInt(opening.amount) - sum(until.filter(({ date }) => date < opening.date));
  const moved = sum(until);
  return {
    ...proof(
      name,
      currency,
      { opening: first, moved, said: BigInt(closing.amount) },
      `by the statement of ${closing.date}`,
    ),
  };
}

/** Money between Stripe and the bank: what is there longer than it should be is named. */
function ofTransit({ balances, payouts, states, rows }: ProofParts): Proof[] {
  const asOf = rows.reduce((last, { date }) => (date > last ? date : last), "");
  const open = payouts.filter(({ payout: { id } }) => {
    const state = states.get(id);
    return state === "waiting" || state === "unmatched" || state === "ambiguous";
  });
  const old = open.filter(({ payout }) => plusDays(dayOfSeconds(payout.arrival), longestTransitDays) < asOf);
  return [...(balances.get(accounts.transit) ?? [])].map(([currency, moved]) => {
    const names = old.filter(({ payout }) => payout.currency === currency).map(({ payout }) => payout.id);
    const note =
      names.length === 0
        ? "money on its way to the bank"
        : `longer than ${longestTransitDays} days on its way: ${names.join(", ")}`;
    const all = proof(accounts.transit, currency, { moved, said: null }, note);
    return { ...all, ok: names.length === 0 };
  });
}
