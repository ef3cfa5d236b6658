/**
 * Two months of an invented co-op's money, September and October 2026: Stripe's objects, Open Collective's transactions
 * and the bank's statement, each in the form in which its source gives it. Every number is made up here, and they fit
 * each other, but for what a treasurer is to find: a payout that came late, bills, a gift, and an account fee.
 */

/** One movement at Stripe: id, day, reporting category, gross and fee in cents, and what it is about. */
type Movement = readonly [id: string, day: string, category: string, gross: number, fee: number];

/** What each payout settles. The bank should have it on `arrival`; `trace` is what the bank's text may name. */
const payouts: readonly {
  id: string;
  arrival: string;
  trace?: string;
  settles: readonly Movement[];
}[] = [
  {
    ...{ id: "po_sep_1", arrival: "2026-09-09", trace: "TND-0909" },
    settles: [
      ["ch_sep_1", "2026-09-02", "charge", 4000, 85],
      ["ch_sep_2", "2026-09-03", "charge", 2500, 63],
    ],
  },
  {
    // 48.37; the bank has it nine business days later, when nobody can tell any more without looking.
    ...{ id: "po_sep_2", arrival: "2026-09-16" },
    settles: [
      ["ch_sep_3", "2026-09-09", "charge", 6000, 115],
      ["ch_sep_4", "2026-09-11", "charge", 1500, 48],
      ["re_sep_2", "2026-09-11", "refund", -2500, 0],
    ],
  },
  {
    ...{ id: "po_sep_3", arrival: "2026-09-25" },
    settles: [["ch_sep_5", "2026-09-21", "charge", 12_000, 205]],
  },
  {
    ...{ id: "po_oct_1", arrival: "2026-10-09", trace: "TND-1009" },
    settles: [
      ["ch_oct_1", "2026-10-02", "charge", 4500, 93],
      ["ch_oct_2", "2026-10-05", "charge", 2500, 63],
    ],
  },
  {
    ...{ id: "po_oct_2", arrival: "2026-10-16" },
    settles: [["ch_oct_3", "2026-10-12", "charge", 6000, 115]],
  },
  // Two of the same amount, and two lines at the bank: whichever is whose, they are these.
  {
    ...{ id: "po_oct_3", arrival: "2026-10-23" },
    settles: [["ch_oct_4", "2026-10-19", "charge", 3000, 70]],
  },
  {
    ...{ id: "po_oct_4", arrival: "2026-10-26" },
    settles: [["ch_oct_5", "2026-10-20", "charge", 3000, 70]],
  },
];
/** Not paid out before November. */
const stillAtStripe: readonly Movement[] = [["ch_oct_6", "2026-10-29", "charge", 8000, 145]];

/** The bank's lines: day, cents, who, what for. */
const lines: readonly (readonly [day: string, cents: number, who: string, text: string])[] = [
  ["2026-09-09", 6352, "Stripe Payments Europe", "TND-0909"],
  ["2026-09-15", -4200, "Rechenhof eG", "Server September, bill 4711: server 38.50, domain 3.50"],
  ["2026-09-22", 64_000, "Foundation for Common Software", "Grant for the commons"],
  ["2026-09-25", 11_795, "Stripe Payments Europe", "Payout"],
  ["2026-09-29", 4837, "Stripe Payments Europe", "Payout, delayed by the bank"],
  ["2026-10-01", -490, "GLS", "Account, third quarter"],
  ["2026-10-09", 6844, "Stripe Payments Europe", "TND-1009"],
  ["2026-10-15", -4200, "Rechenhof eG", "Server October, bill 4802: server 38.50, domain 3.50"],
  ["2026-10-16", 5885, "Stripe Payments Europe", "Payout"],
  ["2026-10-23", 2930, "Stripe Payments Europe", "Payout"],
  ["2026-10-26", 2930, "Stripe Payments Europe", "Payout"],
];
const openingCents = 125_000;

/** The account at the bank, an invented number, and the fund at Open Collective. */
export const bankNumber = "DE02430609671234567890";
export const fund = "tandem-demo";

/** For `money import stripe`, as its API returns them. */
export function stripeObjects(): object {
  const open = stillAtStripe.reduce((sum, [, , , gross, fee]) => sum + gross - fee, 0);
  return {
    payouts: payouts.map(({ id, arrival, trace, settles }) => ({
      ...{ id, object: "payout", amount: netOf(settles), currency: "eur", automatic: true, status: "paid" },
      ...{
        arrival_date: noonOf(arrival),
        created: noonOf(arrival) - 172_800,
        balance_transaction: `txn_${id}`,
      },
      ...{ reconciliation_status: "completed", method: "standard", failure_balance_transaction: null },
      trace_id: trace === undefined ? null : { status: "supported", value: trace },
    })),
    balance_transactions: [
      ...payouts.flatMap(({ settles }) => settles).map(transaction),
      ...payouts.map(({ id, arrival, settles }) => transaction([id, arrival, "payout", -netOf(settles), 0])),
      ...stillAtStripe.map(transaction),
    ],
    members: Object.fromEntries(
      payouts.map(({ id, settles }) => [id, [...settles.map(([of]) => `txn_${of}`), `txn_${id}`]]),
    ),
    balance: {
      object: "balance",
      available: [{ amount: 0, currency: "eur" }],
      pending: [{ amount: open, currency: "eur" }],
    },
  };
}

/**
 * Stripe's word on one charge of October, said again some days later with another fee: the books keep what was told
 * first, and a treasurer is told.
 */
export function saidAgain(): object {
  return { balance_transactions: [transaction(["ch_oct_3", "2026-10-12", "charge", 6000, 113])] };
}

const netOf = (all: readonly Movement[]): number =>
  all.reduce((sum, [, , , gross, fee]) => sum + gross - fee, 0);
const noonOf = (day: string): number => Date.parse(`${day}T12:00:00Z`) / 1000;

function transaction([id, day, category, amount, fee]: Movement): object {
  return {
    ...{ id: `txn_${id}`, object: "balance_transaction", amount, fee, net: amount - fee, currency: "eur" },
    ...{
      created: noonOf(day),
      available_on: noonOf(day) + 172_800,
      status: "available",
      exchange_rate: null,
    },
    ...{ reporting_category: category, type: category, source: id, fee_details: [] },
  };
}

/** For `money import opencollective`: a monthly contribution with its fees, and in September an expense. */
export function collectiveTransactions(): object[] {
  return [
    ...contribution("sep", "2026-09-04", 10_000),
    ...expense("2026-09-18", 5000, 65),
    ...contribution("oct", "2026-10-04", 10_000),
  ];
}

function contribution(name: string, day: string, cents: number): object[] {
  const [hostFee, paymentProcessorFee] = [-cents / 10, -(cents / 100 + 30)];
  const net = cents + hostFee + paymentProcessorFee;
  const about = { group: `oc_${name}`, kind: "CONTRIBUTION", createdAt: `${day}T09:00:00.000Z` };
  return [
    {
      ...about,
      ...{
        id: `oc_${name}_1`,
        type: "CREDIT",
        amount: eur(cents),
        netAmount: eur(net),
        account: { slug: fund },
      },
      ...{ hostFee: eur(hostFee), paymentProcessorFee: eur(paymentProcessorFee), isRefund: false },
    },
    {
      ...about,
      ...{ id: `oc_${name}_2`, type: "DEBIT", amount: eur(-net), netAmount: eur(-cents), isRefund: false },
      account: { slug: "a-friend" },
    },
  ];
}

function expense(day: string, cents: number, feeCents: number): object[] {
  const about = { group: "oc_bill", kind: "EXPENSE", createdAt: `${day}T09:00:00.000Z`, isRefund: false };
  const paid = { clearedAt: `${day}T09:00:00.000Z`, merchantId: "90210077" };
  return [
    {
      ...about,
      ...{ id: "oc_bill_1", type: "DEBIT", amount: eur(-cents), netAmount: eur(-cents - feeCents), ...paid },
      ...{ paymentProcessorFee: eur(-feeCents), account: { slug: fund } },
      expense: { id: "oc_expense_1", payee: { slug: "bo" }, reference: null },
    },
    {
      ...about,
      ...{ id: "oc_bill_2", type: "CREDIT", amount: eur(cents + feeCents), netAmount: eur(cents), ...paid },
      account: { slug: "bo" },
    },
  ];
}

const eur = (valueInCents: number): object => ({ valueInCents, currency: "EUR" });

/** For `money import opening`: what was in the bank when the books begin, out of the ledger that was kept before. */
export function openingJournal(): string {
  const held = (openingCents / 100).toFixed(2);
  return ["2026-08-31 Opening balances", `    assets:bank:gls    EUR ${held}`, "    equity:opening", ""].join(
    "\n",
  );
}

/** For `money import bank --format csv`: the table that the bank's online banking gives, of one month or of both. */
export function bankTable(month?: string): string {
  const money = (cents: number): string => (cents / 100).toFixed(2).replace(".", ",");
  let balance = openingCents;
  const rows = lines.flatMap(([day, cents, who, text]) => {
    balance += cents;
    if (month !== undefined && !day.startsWith(month)) return [];
    const said = day.split("-").reverse().join(".");
    return [[bankNumber, said, said, "Buchung", who, text, money(cents), "EUR", money(balance)].join(";")];
  });
  return [
    "IBAN Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Name Zahlungsbeteiligter;Verwendungszweck;Betrag;" +
      "Waehrung;Saldo nach Buchung",
    ...rows,
    "",
  ].join("\r\n");
}
