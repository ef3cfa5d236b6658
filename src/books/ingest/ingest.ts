/** Files and objects become facts, whole or not at all: the caller's transaction is rolled back by what is thrown. */
import { messageOf } from "../../core/problem.ts";
import { bankAccountUnfit, importObjectUnfit, importUnreadable } from "../../core/problems/books.ts";
import type { Facts, NewFact, Told } from "../facts.ts";
import { withIds } from "../bank/lines.ts";
import type { StatementLine } from "../statements/types.ts";
import { readRow, unchangingRow } from "../opencollective/read.ts";
import { unchanging as unchangingPayout } from "../stripe/payouts.ts";
import {
  readBalance,
  readMember,
  readStripe,
  stripeLists,
  type Invoice,
  type Payout,
  type StripeList,
  type Tie,
  type Txn,
} from "../stripe/read.ts";
import type { Source } from "../types.ts";
import { Unfit, type Json } from "./fields.ts";
import { jsonPieces, type Piece } from "./json-pieces.ts";

export interface Ingested extends Told {
  /** Keys of the file that the books do not read. */
  leftAside: string[];
}

export const nothingTold = (): Ingested => ({ added: 0, known: 0, updated: 0, alarms: [], leftAside: [] });

/** Bytes of a file, in chunks; read again from the start each time. */
export type Bytes = Iterable<Uint8Array>;

/** A file of Stripe's objects. Throws `import-unreadable`, `import-object-unfit`. */
export function ingestStripe(facts: Facts, file: string, bytes: Bytes, told: Ingested): void {
  const balance: Record<string, unknown[]> = {};
  let isStripe = false;
  for (const piece of pieces(file, bytes)) {
    const [list = "", part = ""] = piece.path;
    if (piece.path.length === 0) throw importUnreadable({ file, why: "it is no object of lists" });
    if (list === "balance" && piece.path.length === 2) (balance[part] ??= []).push(piece.value);
    else takePiece(facts, piece, told);
    isStripe ||= list === "balance" || list === "members" || Object.hasOwn(stripeLists, list);
  }
  // Such as an answer of the API that says what went wrong.
  if (!isStripe && told.leftAside.length > 0)
    throw importUnreadable({
      file,
      why: `it holds none of Stripe's lists, but ${told.leftAside.join(", ")}`,
    });
  if (Object.keys(balance).length > 0) tellBalance(facts, balance, told);
}

function takePiece(facts: Facts, { path, value }: Piece, told: Ingested): void {
  const [list = "", part = ""] = path;
  const isList = path.length === 1 || part === "data";
  if (list === "members") {
    if (path.length === 2 || path[2] === "data") tellMember(facts, part, value, told);
  } else if (Object.hasOwn(stripeLists, list)) {
    if (isList && value !== null) tellStripe(facts, list as StripeList, value, told);
  } else if (!told.leftAside.includes(list)) told.leftAside.push(list);
}

/** One object of Stripe's, as the API returns it. Throws `import-object-unfit`. */
export function tellStripe(facts: Facts, list: StripeList, value: unknown, told: Ingested): void {
  const read = fitted(list, value, () => readStripe(list, value));
  tellRead(facts, list, read, told);
}

function tellRead(facts: Facts, list: StripeList, read: Txn | Payout | Tie | Invoice, told: Ingested): void {
  const kind = stripeLists[list];
  const fact: NewFact = { source: "stripe", kind, ext: read.id, content: read };
  if (kind === "txn") {
    const { currency, net } = read as Txn;
    facts.tell({ ...fact, currency, netMinor: net }, told);
  } else facts.tell({ ...fact, unchanging: kind === "payout" ? unchangingPayout : null }, told);
}

/** A member of a payout: its id, or the whole balance transaction. */
export function tellMember(facts: Facts, payout: string, value: unknown, told: Ingested): void {
  const { id, txn } = fitted(`members of ${payout}`, value, () => readMember(value));
  if (txn !== null) tellRead(facts, "balance_transactions", txn, told);
  if (facts.tellMember(payout, id)) told.added += 1;
  else told.known += 1;
}

/** What Stripe holds for the co-op, as its balance API returns it. */
export function tellBalance(facts: Facts, value: Json, told: Ingested): void {
  const content = fitted("the balance", value, () => readBalance(value));
  facts.tell({ source: "stripe", kind: "balance", ext: content.id, content, unchanging: null }, told);
}

/** A file of Open Collective's transactions. `own`: the name of our account there, where it is said. */
export function ingestCollective(
  facts: Facts,
  { file, bytes, own }: { file: string; bytes: Bytes; own: string | null },
  told: Ingested,
): void {
  if (own !== null)
    facts.tell({ source: "opencollective", kind: "own", ext: own, content: own, unchanging: null }, told);
  for (const { path, value } of pieces(file, bytes)) {
    const isRow = path.length === 0 || path.at(-1) === "nodes";
    if (isRow) tellRow(facts, value, told);
    else if (path[0] !== "data") throw importUnreadable({ file, why: "it is no list of transactions" });
  }
}

/** One transaction as GraphQL returns it. Throws `import-object-unfit`. */
export function tellRow(facts: Facts, value: unknown, told: Ingested): void {
  const content = fitted("the transactions", value, () => readRow(value));
  facts.tell(
    { source: "opencollective", kind: "row", ext: content.id, content, unchanging: unchangingRow },
    told,
  );
}

/** All lines of an account that came in one file. Throws `bank-account-unfit`, `import-object-unfit`. */
export function tellLines(
  facts: Facts,
  account: string,
  lines: readonly StatementLine[],
  told: Ingested,
): void {
  const source = bankSource(account);
  for (const content of fitted("the statement", null, () => withIds(lines, account)))
    facts.tell({ source, kind: "line", ext: content.id, content }, told);
}

/** What a statement says its account held at the end of a day. */
export function tellClosing(
  facts: Facts,
  account: string,
  closing: { date: string; currency: string; amountMinor: bigint; isOpening: boolean },
  told: Ingested,
): void {
  const { date, currency, amountMinor, isOpening } = closing;
  const content = { date, currency, amount: Number(amountMinor), isOpening };
  const ext = `${date}/${currency}/${isOpening ? "opening" : "closing"}`;
  facts.tell({ source: bankSource(account), kind: "statement", ext, content }, told);
}

export function bankSource(account: string): Source {
  if (!/^(?:[a-z0-9][a-z0-9_-]{0,40})?$/i.test(account)) throw bankAccountUnfit({ name: account });
  return `bank:${account}`;
}

function* pieces(file: string, bytes: Bytes): Generator<Piece> {
  try {
    yield* jsonPieces(bytes);
  } catch (thrown) {
    if (!(thrown instanceof Unfit)) throw thrown;
    throw importUnreadable({ file, why: messageOf(thrown) }, thrown);
  }
}

/** What was read, or `import-object-unfit` with the object's id and where it stands. */
function fitted<T>(place: string, value: unknown, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof Unfit)) throw thrown;
    const id = (value as { id?: unknown } | null)?.id;
    const named = typeof id === "string" && id.length <= 100 ? `${id} in ${place}` : `Something in ${place}`;
    throw importObjectUnfit({ place: named, why: messageOf(thrown) }, thrown);
  }
}
