/**
 * What a balance transaction is booked as, by its reporting category (docs.stripe.com/reports/reporting-categories).
 * What Stripe takes from a charge is in `fee`; `amount` is the settled amount, also of a charge in another currency.
 */
import { accounts } from "../chart.ts";
import { posted } from "../postings.ts";
import type { Posting } from "../types.ts";
import type { Txn } from "./read.ts";

interface Template {
  /** What the amount is booked on, with its sign turned. */
  account: string;
  /** What the fee is booked on. */
  fee?: string;
  /** The books know what it is, and a person says where it belongs. */
  asks?: true;
}

const { stripeFees, suspense } = accounts;
const fees: Template = { account: stripeFees };
const asked: Template = { account: suspense, asks: true };

const templates: Partial<Record<string, Template>> = {
  charge: { account: accounts.hosting },
  partial_capture_reversal: { account: accounts.hosting },
  refund: { account: accounts.refunds },
  refund_failure: { account: accounts.refunds },
  dispute: { account: accounts.disputed, fee: accounts.disputeFees },
  dispute_reversal: { account: accounts.disputed, fee: accounts.disputeFees },
  // A debit that bounced was no gift back: who paid owes it again.
  charge_failure: { account: accounts.receivable },
  fee: fees,
  network_cost: fees,
  stripe_fee: fees,
  tax: fees,
  payout: { account: accounts.transit },
  payout_reversal: { account: accounts.transit },
  topup: { account: accounts.transit },
  topup_reversal: { account: accounts.transit },
  currency_conversion: { account: accounts.conversion },
  // Loans, connected accounts, cards, reserves and gifts: rare in a co-op, and nothing to be guessed.
  ...Object.fromEntries(
    [
      "advance",
      "advance_funding",
      "anticipation_repayment",
      "balance_transfer",
      "climate_order_purchase",
      "climate_order_refund",
      "connect_collection_transfer",
      "connect_reserved_funds",
      "contribution",
      "financing_paydown",
      "financing_paydown_reversal",
      "financing_payout",
      "financing_payout_reversal",
      "issuing_authorization_hold",
      "issuing_authorization_release",
      "issuing_disbursement",
      "issuing_dispute",
      "issuing_transaction",
      "other_adjustment",
      "payment_network_reserved_funds",
      "platform_earning",
      "platform_earning_refund",
      "risk_reserved_funds",
      "transfer",
      "transfer_reversal",
      "unreconciled_customer_funds",
    ].map((category) => [category, asked]),
  ),
};

/** Whether the category is one that Stripe documents. */
export const isKnownCategory = (category: string): boolean => templates[category] !== undefined;

/** Whether a person has to say what it is. */
export const asksAPerson = (category: string): boolean => (templates[category] ?? asked).asks === true;

/** The postings of a balance transaction on its own. `receivable`: how much of it pays what was owed before. */
export function postingsOf({ amount, fee, net, currency, category }: Txn, receivable = 0n): Posting[] {
  const { account, fee: feeAccount = stripeFees } = templates[category] ?? asked;
  return posted(
    [accounts.stripe, BigInt(net), currency],
    [feeAccount, BigInt(fee), currency],
    [accounts.receivable, -receivable, currency],
    [account, receivable - BigInt(amount), currency],
  );
}

/** The part that money seen at Open Collective too has there, in its currency. */
export interface Twin {
  currency: string;
  /** What was given, and what of it the processor took: both above zero for what comes in. */
  amountMinor: bigint;
  feeMinor: bigint;
}

/**
 * The postings of a transaction that Open Collective has booked already, with its income and its fees: here it only
 * says that the money is at Stripe. What Stripe took and Open Collective does not know of is a fee still; what was paid
 * beyond the contribution (a tip to the platform) waits for a person.
 */
export function twinPostingsOf({ amount, fee, net, currency, category }: Txn, twin: Twin): Posting[] {
  const { fee: feeAccount = stripeFees } = templates[category] ?? asked;
  const there = twin.amountMinor - twin.feeMinor;
  if (twin.currency !== currency)
    return posted(
      [accounts.stripe, BigInt(net), currency],
      [accounts.conversion, -BigInt(net), currency],
      [accounts.conversion, there, twin.currency],
      [accounts.collective, -there, twin.currency],
    );
  return posted(
    [accounts.stripe, BigInt(net), currency],
    [feeAccount, BigInt(fee) - twin.feeMinor, currency],
    [accounts.collective, -there, currency],
    [suspense, twin.amountMinor - BigInt(amount), currency],
  );
}
