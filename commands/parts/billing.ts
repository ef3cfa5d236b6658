import { formatMoney } from "../../src/core/money.ts";
import type { CommandContext } from "../../src/router/define.ts";

type Billing = CommandContext<object>["billing"];
type Plan = Awaited<ReturnType<Billing["plans"]>>[number];
type Invoice = ReturnType<Billing["list"]>["invoices"][number];

export function planInWords({ name, title, amountMinor, currency, every }: Plan): string {
  const price = `${formatMoney({ amountMinor: BigInt(amountMinor), currency })} each ${every}`;
  return `\`${name}\`: ${price}${title === null ? "" : ` (${title})`}`;
}

export function invoiceInWords(invoice: Invoice): string {
  const { number, id, state, leftMinor, currency, payer, dueAt, lateSince } = invoice;
  const left = formatMoney({ amountMinor: BigInt(leftMinor), currency });
  const due = dueAt === null ? "" : `, due on ${dueAt.slice(0, 10)}`;
  const late = lateSince === null ? "" : `, late since ${lateSince.slice(0, 10)}`;
  const back = state === "went back" ? ", its transfer went back" : "";
  return `\`${number ?? id}\`: ${left} of ${payer ?? "somebody who is not known here"}${due}${late}${back}`;
}
