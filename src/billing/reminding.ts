/** Late invoices: three gentle words to whoever pays, then a word to treasurers. Nothing is ever shut off by itself. */
import { say } from "../chat/message.ts";
import { amountOf } from "./noting.ts";
import { tellTreasurers } from "../people/index.ts";
import { tellPayer, type Ground } from "./ground.ts";
import { nameOf } from "./selling.ts";
import type { InvoiceRow } from "./rows.ts";
import type { Reminding } from "./types.ts";

const dayMs = 86_400_000;
/** Days after an invoice is late; transfers and debits take some. */
const remindAfterDays = [3, 14, 30];
const tellAfterDays = 45;

export function openReminding(ground: Ground): Reminding {
  const { db, rows, clock } = ground;
  return {
    remind: () =>
      db.tx(() => {
        let told = 0;
        for (const invoice of rows.lateInvoices()) {
          const days = Math.floor((clock.now() - Date.parse(invoice.lateSince ?? "")) / dayMs);
          const stages = [...remindAfterDays, tellAfterDays];
          const due = stages.filter((after) => days >= after).length;
          if (due <= invoice.reminded) continue;
          // After a long silence one word is enough: those that were missed are not said in a row.
          if (due === stages.length) tellLong(ground, invoice, days);
          else remindOf(ground, invoice, due, days);
          rows.putInvoice({ ...invoice, reminded: due });
          told++;
        }
        return told;
      }),
  };
}

const nameOfInvoice = ({ number, id, leftMinor, currency, subject }: InvoiceRow): string =>
  `The invoice ${number ?? id}${subject === null ? "" : ` for ${nameOf(subject)}`} (${amountOf(leftMinor, currency)})`;

function remindOf(ground: Ground, invoice: InvoiceRow, stage: number, days: number): void {
  const payer = ground.rows.payerOf(invoice.customer);
  const message = say(`${nameOfInvoice(invoice)} has been open for ${days} days.`, {
    list: [
      invoice.url === null ? "To pay it: `billing portal`" : `To pay it: ${invoice.url}`,
      ...(invoice.dueAt === null || invoice.number === null
        ? []
        : [`By transfer: write \`${invoice.number}\` into its text, so that it is found.`]),
      "If it is paid already, thank you: a transfer takes some days.",
      "If it is too much just now, say so to a treasurer: there are plans for less.",
    ],
    next: "Everything goes on as it is.",
  });
  const key = `billing/remind/${invoice.id}/${invoice.lateSince ?? ""}/${stage}`;
  if (payer === undefined) tellTreasurers(ground, key, message);
  else tellPayer(ground, payer.id, key, message);
}

function tellLong(ground: Ground, invoice: InvoiceRow, days: number): void {
  const payer = ground.rows.payerOf(invoice.customer);
  const app = invoice.subject?.startsWith("app/") === true ? invoice.subject.slice(4) : undefined;
  const message = say(`${nameOfInvoice(invoice)} has been open for ${days} days, after three reminders.`, {
    list: [
      ...(payer === undefined ? [] : [`It is for ${payer.title}. A talk helps more than a fourth message.`]),
      `To lessen it: \`billing credit ${invoice.number ?? invoice.id} <amount> <why>\``,
    ],
    next:
      app === undefined
        ? "Nothing happens by itself."
        : `${app} goes on. Only maintainers can end that, when somebody asks them: \`app undeploy ${app}\``,
  });
  tellTreasurers(ground, `billing/long/${invoice.id}/${invoice.lateSince ?? ""}`, message);
}
