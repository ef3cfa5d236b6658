/**
 * What the bank says of payments that were handed to it. The books match its lines; what they say is written down here
 * as a whole each time, so that it does not matter how often, or in which order, something was heard.
 */
import { and, eq, gt, inArray } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { say, type Message } from "../chat/message.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { formatMoney } from "../core/money.ts";
import type { MatrixId } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import { tellMember, tellTreasurers, type People } from "../people/index.ts";
import { settlePayable } from "./payouts/settling.ts";
import { referenceOf } from "./sepa/bank-file.ts";

const { payable, payableLine, payee, workBatch } = schema;

/** What the books have found at the bank under one reference. */
export interface BankWord {
  reference: string;
  isPaid: boolean;
  /** In the order in which they paid it and took it back. */
  lines: { line: string; date: string; amountMinor: bigint }[];
}

/** A payable that a line of the bank may pay. */
export interface PaidByBank {
  reference: string;
  member: string;
  currency: string;
  amountMinor: bigint;
}

export interface BankWords {
  /** All that is, was or will be paid by bank, whether the file is with the bank or not. */
  paidByBank(): PaidByBank[];
  /**
   * Writes down what of it is paid, and what came back; joins the open transaction. Whatever is not among the words is
   * not paid. Safe twice.
   */
  heed(words: readonly BankWord[]): void;
}

export interface BankWordParts {
  db: Db;
  clock: Clock;
  audit: Audit;
  people: Pick<People, "byName" | "withRole">;
  /** The treasurers' own room; without one each is told alone. */
  room: string | undefined;
  /** Says something in a room or to one person, once per key; joins the open transaction. */
  post: (to: string | { direct: MatrixId }, key: string, message: Message) => void;
}

type Row = typeof payable.$inferSelect & { reference: string; period: string };

export function openBankWords(parts: BankWordParts): BankWords {
  const { db } = parts;
  return {
    paidByBank: () =>
      rowsOf(db).map(({ reference, member, currency, amountMinor }) => {
        return { reference, member, currency, amountMinor: BigInt(amountMinor) };
      }),
    heed: (words) =>
      db.tx(() => {
        const byReference = new Map(words.map((word) => [word.reference, word]));
        for (const row of rowsOf(db)) {
          const word = byReference.get(row.reference) ?? { isPaid: false, lines: [] };
          heedOne(parts, row, { ...word, reference: row.reference });
        }
      }),
  };
}

/** The reference is the same for ever, and is known before the file is made: the bank's word counts in any case. */
function rowsOf({ orm }: Pick<Db, "orm">): Row[] {
  return orm
    .select({ row: payable, way: payee.how, period: workBatch.period })
    .from(payable)
    .innerJoin(workBatch, eq(workBatch.id, payable.batch))
    .leftJoin(payee, eq(payee.member, payable.member))
    .where(and(inArray(payable.state, ["ready", "asked", "paid"]), gt(payable.amountMinor, 0)))
    .orderBy(payable.id)
    .all()
    .filter(({ row, way }) => (row.how ?? way) === "bank")
    .map(({ row, period }) => ({ ...row, period, reference: row.reference ?? referenceOf(row.id) }));
}

function heedOne(parts: BankWordParts, row: Row, { isPaid, lines, reference }: BankWord): void {
  const { orm } = parts.db;
  const before = orm.select().from(payableLine).where(eq(payableLine.payable, row.id)).all();
  if (isSame(before, lines)) return;
  orm.delete(payableLine).where(eq(payableLine.payable, row.id)).run();
  for (const { line, date: onDay, amountMinor } of lines)
    orm
      .insert(payableLine)
      .values({ payable: row.id, line, onDay, amountMinor: Number(amountMinor) })
      .run();
  const last = lines.at(-1);
  const state = isPaid ? "paid" : last === undefined ? "asked" : "ready";
  const said =
    last === undefined
      ? "no line of the bank pays it any more"
      : isPaid
        ? `paid by bank on ${last.date}`
        : `came back on ${last.date}`;
  const change = { state, how: "bank", reference, said, updatedAt: isoOf(parts.clock.now()) } as const;
  orm.update(payable).set(change).where(eq(payable.id, row.id)).run();
  const details = { reference, lines: lines.map(({ line }) => line) };
  const what = { paid: "payable.paid", ready: "payable.returned", asked: "payable.unmatched" }[state];
  parts.audit.append({ who: "tandem", what, subject: row.id, details });
  settlePayable(parts.db, row.id);
  tell(parts, row, { state, line: last?.line ?? before.at(-1)?.line ?? "", date: last?.date ?? "" });
}

function isSame(before: (typeof payableLine.$inferSelect)[], lines: BankWord["lines"]): boolean {
  const known = new Map(before.map(({ line, amountMinor }) => [line, BigInt(amountMinor)]));
  return (
    known.size === lines.length && lines.every(({ line, amountMinor }) => known.get(line) === amountMinor)
  );
}

function tell(
  parts: BankWordParts,
  { id, member, period, amountMinor, currency, batch }: Row,
  { state, line, date }: { state: "paid" | "ready" | "asked"; line: string; date: string },
): void {
  const money = formatMoney({ amountMinor: BigInt(amountMinor), currency });
  const key = `payable/${state}/${id}/${line}`;
  if (state === "paid") {
    const theirs = say(`${money} for your work (payout of ${period}) has left the co-op's bank on ${date}.`, {
      next: "It is with your bank in a day or two. What it was for: `payout mine`",
    });
    tellMember(parts, member, key, theirs);
    return;
  }
  if (state === "asked") {
    const again = say(`The payment of ${money} to ${member} (\`${id}\`) counts as unpaid again.`, {
      list: [`The bank's line that paid it (\`${line}\`) is matched with it no more.`],
      next: "Look at that line: `money queue`",
    });
    tellTreasurers(parts, key, again);
    return;
  }
  const back = say(`The transfer of ${money} to ${member} (\`${id}\`) came back on ${date}.`, {
    list: [
      "It is unpaid again, and the books show it as owed.",
      "Often an account number is wrong: ask for it before you pay again.",
    ],
    next: `It is in the next file for the bank: \`payout bank ${batch}\``,
  });
  tellTreasurers(parts, key, back);
  const theirs = say(
    `The transfer of ${money} for your work (payout of ${period}) came back from your bank.`,
    {
      next: "Tell a treasurer, not this room, to which account it should go. You are still owed it.",
    },
  );
  tellMember(parts, member, key, theirs);
}
