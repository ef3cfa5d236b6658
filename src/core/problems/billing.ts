/** Taking payments through Stripe: what may stand in the way between us and it, and what cannot be done. */
import { problem } from "../problem.ts";

const nothingTwice = "Nothing was lost and nothing is taken twice: each request bears a key of its own.";
const askedAgain = "It is asked again, with growing waits.";

export const billingOff = problem(
  "billing-off",
  ({ setting }: { setting: string }) => ({
    happened: `Stripe cannot be used: the setting ${setting} is not there.`,
    means: "Nobody is billed through it; everything else works.",
    remedy: `An operator sets \`${setting}\`; what belongs there: \`help billing\``,
  }),
  { setting: "stripe.secretKeyFile" },
);

export const stripeUnreachable = problem(
  "stripe-unreachable",
  ({ reason }: { reason: string }) => ({
    happened: `Stripe did not answer: ${reason}.`,
    means: `${askedAgain} ${nothingTwice}`,
    remedy: "Nothing, for now. Whether it answers: `billing check`",
  }),
  { reason: "no answer within 30 s" },
);

export const stripeIll = problem(
  "stripe-ill",
  ({ status, says }: { status: number; says: string }) => ({
    happened: `Stripe answered that something broke on its side (status ${status}): ${says}.`,
    means: `${askedAgain} ${nothingTwice}`,
    remedy: "Nothing, for now. Whether it answers: `billing check`",
  }),
  { status: 502, says: "a page (text/html) in place of data" },
);

export const stripeBusy = problem(
  "stripe-busy",
  () => ({
    happened: "Stripe said that it was asked too often.",
    means: `${askedAgain} ${nothingTwice}`,
    remedy: "Nothing. If it lasts, look whether other programs use the same key.",
  }),
  {},
);

export const stripeChanged = problem(
  "stripe-changed",
  ({ operation, what }: { operation: string; what: string }) => ({
    happened: `Stripe's answer to ${operation} is not as it was: ${what}.`,
    means: `Nothing is guessed from it. ${nothingTwice}`,
    remedy: "An operator looks where `stripe.apiBase` points to, and for a newer Tandem.",
  }),
  { operation: "make the invoice", what: "status is missing" },
);

export const stripeRefused = problem(
  "stripe-refused",
  ({ operation, says }: { operation: string; says: string }) => ({
    happened: `Stripe refused to ${operation}: ${says}.`,
    means: "It was not done.",
    remedy: "Put right what it names, then say the command again.",
  }),
  { operation: "make the refund", says: "Charge ch_3 has already been refunded" },
);

export const stripeKeyRefused = problem(
  "stripe-key-refused",
  () => ({
    happened: "Stripe does not accept our key.",
    means: `It was rolled or removed there, or may not do this. ${nothingTwice}`,
    remedy: "An operator puts a new one into the file of `stripe.secretKeyFile` and starts Tandem again.",
  }),
  {},
);

export const hookRefused = problem(
  "hook-refused",
  ({ why }: { why: string }) => ({
    happened: `This is no message of Stripe: ${why}.`,
    means: "Nothing of it was kept. What really happened is asked for each hour in any case.",
    remedy: "If it is yours, compare `stripe.webhookSecretFile` with the endpoint's secret at Stripe.",
  }),
  { why: "its signature does not fit" },
);

export const planUnknown = problem(
  "plan-unknown",
  ({ plan, plans }: { plan: string; plans: readonly string[] }) => ({
    happened: `There is no plan ${plan}.`,
    means:
      plans.length === 0
        ? "No price at Stripe has a lookup key yet, by which plans are named."
        : `There are: ${plans.join(", ")}.`,
    remedy: "What each costs: `billing plans`",
  }),
  { plan: "hosting-big", plans: ["hosting-small", "hosting-solidarity"] },
);

export const payerUnknown = problem(
  "payer-unknown",
  ({ payer }: { payer: string }) => ({
    happened: `Nobody is known as ${payer} who could pay.`,
    means: "Nothing was asked for.",
    remedy:
      "A payer is `seat/<name>`, `member/<name>`, or an institution that was added: `billing payer add <name> <title>`",
  }),
  { payer: "institution/town-library" },
);

export const payerNotYours = problem(
  "payer-not-yours",
  ({ payer }: { payer: string }) => ({
    happened: `${payer} is not yours to act for.`,
    means: "Nothing was done. You act for yourself and for your own member organisation.",
    remedy: "Ask somebody of theirs, or a treasurer.",
  }),
  { payer: "seat/three-rivers" },
);

export const payerKnown = problem(
  "payer-known",
  ({ payer }: { payer: string }) => ({
    happened: `${payer} is there already.`,
    means: "Nothing was changed.",
    remedy: "Use it as it is, or take another name. Who is there: `billing list`",
  }),
  { payer: "institution/town-library" },
);

export const payerNew = problem(
  "payer-new",
  ({ payer }: { payer: string }) => ({
    happened: `${payer} has paid nothing through Stripe yet.`,
    means: "There is nothing to look at or to change there.",
    remedy: "It begins with a plan: `billing start <app> <plan>`",
  }),
  { payer: "seat/three-rivers" },
);

export const billingStands = problem(
  "billing-stands",
  ({ subject, plan, state }: { subject: string; plan: string; state: string }) => ({
    happened: `${subject} is billed already: ${plan}, ${state}.`,
    means: "A second subscription would take money twice, so none was offered.",
    remedy: "To change or end it: `billing portal`",
  }),
  { subject: "cloud.example.coop", plan: "hosting-small", state: "active" },
);

export const invoiceUnknown = problem(
  "invoice-unknown",
  ({ invoice }: { invoice: string }) => ({
    happened: `There is no invoice ${invoice}.`,
    means: "Nothing was done.",
    remedy: "Which there are: `billing list`",
  }),
  { invoice: "TANDEM-0007" },
);

export const invoiceNotCreditable = problem(
  "invoice-not-creditable",
  ({ invoice, state }: { invoice: string; state: string }) => ({
    happened: `The invoice ${invoice} is ${state}: there is nothing to give back of it.`,
    means: "Nothing was done. Only what is open can be lessened, and only what is paid can be given back.",
    remedy: "Which there are: `billing list`",
  }),
  { invoice: "TANDEM-0007", state: "void" },
);

export const chargeUnknown = problem(
  "charge-unknown",
  ({ charge }: { charge: string }) => ({
    happened: `Stripe knows no payment ${charge}.`,
    means: "Nothing was done.",
    remedy: "A payment is named as in Stripe's dashboard and in the books: ch_… or py_…",
  }),
  { charge: "ch_3PabcDEF" },
);

export const chargeHasInvoice = problem(
  "charge-has-invoice",
  ({ charge, invoice }: { charge: string; invoice: string }) => ({
    happened: `The payment ${charge} paid the invoice ${invoice}.`,
    means: "Given back alone it would leave an invoice that says something else than what was paid.",
    remedy: `Give it back by a credit note: \`billing credit ${invoice} <amount> <why>\``,
  }),
  { charge: "ch_3PabcDEF", invoice: "TANDEM-0007" },
);

export const chargeNotRefundable = problem(
  "charge-not-refundable",
  ({ charge, why }: { charge: string; why: string }) => ({
    happened: `Nothing of the payment ${charge} can be given back: ${why}.`,
    means: "Nothing was done.",
    remedy: `More about it stands in Stripe's dashboard, as ${charge}.`,
  }),
  { charge: "ch_3PabcDEF", why: "all of it went back already" },
);

export const refundTooMuch = problem(
  "refund-too-much",
  ({ charge, most }: { charge: string; most: string }) => ({
    happened: `That is not between nothing and what is left of the payment ${charge}: ${most}.`,
    means: "Nothing was done.",
    remedy: `Say an amount up to ${most}, in the same currency, or \`all\`.`,
  }),
  { charge: "ch_3PabcDEF", most: "EUR 35.00" },
);

export const refundChanged = problem(
  "refund-changed",
  ({ charge }: { charge: string }) => ({
    happened: `The payment ${charge} is not any more as it was when treasurers were asked.`,
    means: "Nothing was given back: they agreed to something else.",
    remedy: "Look at it, and ask again: `billing refund`",
  }),
  { charge: "ch_3PabcDEF" },
);

export const plansNotSet = problem(
  "plans-not-set",
  () => ({
    happened: "The settings name no plans.",
    means: "There is nothing that could be made at Stripe. Plans that were made there by hand work as well.",
    remedy: "An operator lists them in `stripe.plans`: what for, how much, how often. How: `help billing`",
  }),
  {},
);

export const plansChanged = problem(
  "plans-changed",
  () => ({
    happened: "Other plans are missing at Stripe now than when treasurers were asked.",
    means: "Nothing was made: they agreed to something else.",
    remedy: "Ask again: `billing plan make`",
  }),
  {},
);

export const invoicePaidByBank = problem(
  "invoice-paid-by-bank",
  ({ invoice }: { invoice: string }) => ({
    happened: `The invoice ${invoice} was paid by transfer to the co-op's bank.`,
    means: "Stripe has never had that money, so it cannot give it back.",
    remedy: "A treasurer transfers it back from the bank, and says of that line: `money split`",
  }),
  { invoice: "TANDEM-0007" },
);

export const creditTooMuch = problem(
  "credit-too-much",
  ({ invoice, most }: { invoice: string; most: string }) => ({
    happened: `That is not between nothing and what is left of the invoice ${invoice}: ${most}.`,
    means: "Nothing was done.",
    remedy: `Say an amount up to ${most}, in the same currency, or none for all of it.`,
  }),
  { invoice: "TANDEM-0007", most: "EUR 35.00" },
);

export const creditChanged = problem(
  "credit-changed",
  ({ invoice }: { invoice: string }) => ({
    happened: `The invoice ${invoice} changed while treasurers were asked.`,
    means: "They agreed to something else than there is now, so nothing was done.",
    remedy: "Look at it, and say the command again if it is still wanted: `billing list`",
  }),
  { invoice: "TANDEM-0007" },
);

export const billAmountUnfit = problem(
  "bill-amount-unfit",
  ({ typed }: { typed: string }) => ({
    happened: `${typed} cannot be billed.`,
    means: "Nothing was made. An amount is above zero and below 1,000,000 in its currency's whole units.",
    remedy: 'Such as: `billing invoice institution/town-library EUR250 "Hosting in 2027"`',
  }),
  { typed: "EUR -5.00" },
);

export const billNoMail = problem(
  "bill-no-mail",
  ({ payer }: { payer: string }) => ({
    happened: `No address for mail is known of ${payer}.`,
    means: "Stripe sends invoices by mail, so none was made.",
    remedy: "Say it with the invoice: `--email office@example.org`",
  }),
  { payer: "institution/town-library" },
);
