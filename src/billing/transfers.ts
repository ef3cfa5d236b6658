/**
 * Invoices that are paid by transfer to the co-op's own bank. The books find the bank's line; here it is written down,
 * and Stripe is told that the invoice was paid outside of it. Stripe moves no money for that, and books none.
 */
import { and, isNotNull } from "drizzle-orm";
import { say } from "../chat/message.ts";
import { formatMoney } from "../core/money.ts";
import { schema, type Db } from "../db/index.ts";
import { tellTreasurers } from "../people/index.ts";
import { tellPayer, type Ground } from "./ground.ts";
import type { InvoiceRow } from "./rows.ts";
import type { Transfers } from "./types.ts";

const { billingInvoice, billingTransfer } = schema;

/** An invoice that a line of the bank may pay. */
export interface InvoiceByTransfer {
  /** Its number. */
  reference: string;
  /** Stripe's id of it. */
  invoice: string;
  currency: string;
  amountMinor: bigint;
}

/** What the books have found at the bank under one number. */
export interface TransferWord {
  reference: string;
  isPaid: boolean;
  /** In the order in which they paid it and took it back. */
  lines: readonly { line: string; date: string; currency: string; amountMinor: bigint }[];
}

/**
 * Invoices that were sent and are open, over what is due of them; and those that lines of the bank have paid already,
 * over what they were paid with, whatever Stripe says of them since.
 */
export function invoicesByTransfer({ orm }: Pick<Db, "orm">): InvoiceByTransfer[] {
  const rows = orm
    .select()
    .from(billingInvoice)
    // One that Stripe takes by itself has no day on which it is due.
    .where(and(isNotNull(billingInvoice.number), isNotNull(billingInvoice.dueAt)))
    .orderBy(billingInvoice.id)
    .all();
  const moved = Map.groupBy(orm.select().from(billingTransfer).all(), ({ invoice }) => invoice);
  return rows.flatMap(({ id: invoice, number, state, currency, leftMinor }) => {
    const [first] = moved.get(invoice) ?? [];
    const isOpen = state === "open" && leftMinor > 0;
    if (number === null || (first === undefined && !isOpen)) return [];
    const amountMinor = BigInt(first === undefined ? leftMinor : Math.abs(first.amountMinor));
    return [{ reference: number, invoice, currency, amountMinor }];
  });
}

export function openTransfers(ground: Ground): Transfers {
  const { db, rows } = ground;
  return {
    heedBank: (words) =>
      db.tx(() => {
        const byReference = new Map(words.map((word) => [word.reference, word]));
        return invoicesByTransfer(db).flatMap(({ reference, invoice }) => {
          const word = byReference.get(reference) ?? { reference, isPaid: false, lines: [] };
          return heedOne(ground, rows.invoice(invoice), word);
        });
      }),
    arrived(id) {
      const row = rows.invoice(id);
      const paidMinor = rows.transfers(id).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
      if (row === undefined || paidMinor <= 0) return "taken back";
      if (row.state === "open" && row.leftMinor === paidMinor) return "due";
      tellOther(ground, row, paidMinor);
      return "other";
    },
    tellArrived: (id) => tellArrived(ground, id),
    cameBack: (id) => {
      const all = rows.transfers(id);
      return all.length > 0 && all.reduce((sum, { amountMinor }) => sum + amountMinor, 0) === 0;
    },
  };
}

const nameOf = ({ number, id, currency }: InvoiceRow, amountMinor: number): string =>
  `${number ?? id} (${formatMoney({ amountMinor: BigInt(amountMinor), currency })})`;

/** Answers the invoice where Stripe is to be told. */
function heedOne(ground: Ground, row: InvoiceRow | undefined, { isPaid, lines }: TransferWord): string[] {
  if (row === undefined) return [];
  const { rows, audit } = ground;
  const before = rows.transfers(row.id);
  const known = new Map(before.map(({ line, amountMinor }) => [line, BigInt(amountMinor)]));
  const isSame = known.size === lines.length && lines.every((one) => known.get(one.line) === one.amountMinor);
  if (isSame) return [];
  rows.putTransfers(
    row.id,
    lines.map(({ line, date: onDay, currency, amountMinor }) => {
      return { line, onDay, currency, amountMinor: Number(amountMinor) };
    }),
  );
  const last = lines.at(-1);
  const what = isPaid ? "billing.transfer" : last === undefined ? "billing.unmatched" : "billing.returned";
  audit.append({
    ...{ who: "tandem", what, subject: row.id },
    details: { number: row.number, lines: lines.map(({ line }) => line) },
  });
  const amountMinor = Number(lines[0]?.amountMinor ?? before[0]?.amountMinor ?? row.totalMinor);
  if (last === undefined) tellUnmatched(ground, row, amountMinor, before.at(-1)?.line ?? "");
  else if (!isPaid) tellBack(ground, row, amountMinor, last);
  else return [row.id];
  return [];
}

function tellBack(
  ground: Ground,
  row: InvoiceRow,
  amountMinor: number,
  { line, date }: TransferWord["lines"][number],
): void {
  const key = `billing/transfer/back/${row.id}/${line}`;
  const message = say(
    `The transfer that paid the invoice ${nameOf(row, amountMinor)} went back on ${date}.`,
    {
      list: [
        "It is owed again, and the books show it so.",
        "Stripe cannot open an invoice again that was paid outside of it: there it stays paid.",
      ],
      next: `A new transfer with \`${row.number ?? row.id}\` in its text is found. Nothing is shut off by that.`,
    },
  );
  tellTreasurers(ground, key, message);
  const theirs = say(`Your transfer for the invoice ${nameOf(row, amountMinor)} went back on ${date}.`, {
    next: `To pay it: transfer it again, with \`${row.number ?? row.id}\` in the text. Nothing is shut off by that.`,
  });
  const payer = ground.rows.payerOf(row.customer);
  if (payer !== undefined && !payer.id.startsWith("institution/"))
    tellPayer(ground, payer.id, `${key}/payer`, theirs);
}

function tellUnmatched(ground: Ground, row: InvoiceRow, amountMinor: number, line: string): void {
  const message = say(`No line of the bank pays the invoice ${nameOf(row, amountMinor)} any more.`, {
    list: [
      `It was \`${line}\`, which somebody or something else has claimed since.`,
      "What Stripe was told stays as it is there.",
    ],
    next: "Look at that line: `money queue`",
  });
  tellTreasurers(ground, `billing/transfer/unmatched/${row.id}/${line}`, message);
}

/** It was paid by card meanwhile, taken back, lessened, or it is paid anew after a transfer went back. */
function tellOther(ground: Ground, row: InvoiceRow, paidMinor: number): void {
  const { rows } = ground;
  const all = rows.transfers(row.id);
  const line = all.at(-1)?.line ?? "";
  const key = `billing/transfer/other/${row.id}/${line}`;
  if (all.length > 1 && row.state === "paid") {
    const again = say(`The invoice ${nameOf(row, paidMinor)} is paid again by transfer.`, {
      next: "Stripe has it as paid since the first time; the books show it as paid once.",
    });
    tellTreasurers(ground, key, again);
    return;
  }
  const money = formatMoney({ amountMinor: BigInt(paidMinor), currency: row.currency });
  const due = formatMoney({ amountMinor: BigInt(row.leftMinor), currency: row.currency });
  const stands =
    row.state === "open"
      ? `${due} of it is due there`
      : `it is ${row.state === "void" ? "taken back" : row.state} there`;
  const message = say(
    `The bank has ${money} for the invoice ${row.number ?? row.id}, but Stripe waits for no such sum.`,
    {
      list: [
        `Now ${stands}.`,
        `The bank's line is \`${line}\`. It may have been paid twice, or lessened meanwhile.`,
      ],
      next: "Stripe was told nothing. What is too much goes back from the bank; the books wait for that line.",
    },
  );
  tellTreasurers(ground, key, message);
}

function tellArrived(ground: Ground, id: string): void {
  const { rows } = ground;
  const row = rows.invoice(id);
  const last = rows.transfers(id).at(-1);
  if (row === undefined || last === undefined) return;
  const key = `billing/transfer/arrived/${id}/${last.line}`;
  const name = nameOf(row, last.amountMinor);
  const message = say(`The invoice ${name} is paid: its transfer arrived on ${last.onDay}.`, {
    next: "Stripe has it as paid outside of it, and reminds nobody. The books have it once.",
  });
  tellTreasurers(ground, key, message);
  const payer = rows.payerOf(row.customer);
  if (payer === undefined || payer.id.startsWith("institution/")) return;
  tellPayer(
    ground,
    payer.id,
    `${key}/payer`,
    say(`Thank you: the transfer for the invoice ${name} has arrived.`),
  );
}
