/** From what a batch pays by bank and the treasurer's file of payees to a file of transfers. Nothing of it is kept. */
import { sha256, canonicalJson } from "../../core/canonical.ts";
import { isoOf } from "../../core/clock.ts";
import { formatMoney } from "../../core/money.ts";
import { bankAccountMissing, bankDetailsUnfit, bankNothingToPay } from "../../core/problems/bank.ts";
import { checkTransfers } from "./check.ts";
import { bareIban, bicPattern, ibanFault } from "./iban.ts";
import { inSepaLetters } from "./letters.ts";
import { readPayees, type BankPayee } from "./payees-file.ts";
import { writeTransfers, type Account, type Transfer } from "./write.ts";

/** What a batch pays by bank, as the treasurer's machine gets it. */
export interface BankBatch {
  batch: string;
  period: string;
  /** The co-op's own account. */
  from: { name?: string | undefined; iban?: string | undefined; bic?: string | undefined };
  payables: BankPayable[];
}

export interface BankPayable {
  id: string;
  member: string;
  currency: string;
  amountMinor: number;
  state: string;
  /** What comes back with the statement. */
  reference: string;
}

export interface MadeFile {
  xml: string;
  name: string;
  transfers: number;
  /** As people write it. */
  total: string;
  /** In words: what is not in it. */
  leftOut: string[];
}

/** The longest that the message definition takes, and what everybody's bank brings back. */
const longestReference = 35;

/** The same for ever for one payable: by it the bank's line is matched. */
export function referenceOf(payable: string): string {
  const said = payable.replaceAll("/", "-").replaceAll("_", ".");
  if (said.length <= longestReference && !payable.includes("_")) return said;
  const [batch = ""] = payable.split("/");
  return `${batch}-${sha256(payable).slice(0, 20)}`;
}

/**
 * Makes the file and holds it against the message definition. `on`: the day of payment; `nowMs`: when it is made.
 * Throws `bank-account-missing`, `bank-nothing-to-pay`, `payees-file-unfit`, `bank-details-unfit`.
 */
export function makeBankFile(
  { batch, period, from, payables }: BankBatch,
  payeesText: string,
  when: { on: string; nowMs: number },
): MadeFile {
  const account = ownAccount(from);
  // What is with the bank already must not go there in another file: that would pay it twice.
  const inEuros = payables.filter(({ currency, state }) => currency === "EUR" && state === "ready");
  if (inEuros.length === 0) throw bankNothingToPay({ batch });
  const payees = readPayees(payeesText);
  const faults = inEuros.flatMap((payable) => faultsOf(payable, payees.get(payable.member)));
  if (faults.length > 0) throw bankDetailsUnfit({ faults });
  const transfers = inEuros.map((payable): Transfer => {
    const { name = "", iban = "", bic } = payees.get(payable.member) ?? {};
    return {
      endToEndId: payable.reference,
      amountMinor: BigInt(payable.amountMinor),
      to: { name, iban: bareIban(iban), bic: bic?.toUpperCase() },
      text: `Work in ${period} ${payable.reference}`,
    };
  });
  // The same transfers on the same day have the same name, so that a bank refuses them the second time.
  const content = transfers.map(({ amountMinor, ...more }) => ({ ...more, amount: amountMinor.toString() }));
  const messageId = `${batch}-${sha256(canonicalJson({ account, content, on: when.on })).slice(0, 16)}`;
  const createdAt = isoOf(when.nowMs).slice(0, 19);
  const xml = writeTransfers({ messageId, createdAt, executeOn: when.on, from: account, transfers });
  const wrong = checkTransfers(xml);
  if (wrong.length > 0) throw bankDetailsUnfit({ faults: wrong });
  const sum = transfers.reduce((total, { amountMinor }) => total + amountMinor, 0n);
  return {
    ...{ xml, name: `${messageId}.xml`, transfers: transfers.length },
    total: formatMoney({ amountMinor: sum, currency: "EUR" }),
    leftOut: payables.filter((one) => !inEuros.includes(one)).map(whyLeftOut),
  };
}

function whyLeftOut({ id, currency }: BankPayable): string {
  return currency === "EUR"
    ? `${id} is with the bank already`
    : `${id} is in ${currency}: a SEPA transfer is in EUR only`;
}

function ownAccount({ name, iban, bic }: BankBatch["from"]): Account {
  if (name === undefined) throw bankAccountMissing({ setting: "work.bank.name" });
  if (iban === undefined) throw bankAccountMissing({ setting: "work.bank.iban" });
  const account = { name, iban: bareIban(iban), bic };
  const faults = bankFaults(account).map((fault) => `the co-op's own account: ${fault}`);
  if (faults.length > 0) throw bankDetailsUnfit({ faults });
  return account;
}

function faultsOf({ member, amountMinor }: BankPayable, payee: BankPayee | undefined): string[] {
  if (amountMinor <= 0) return [`${member}: the amount is not above zero`];
  if (payee === undefined) return [`${member} is not in the file`];
  return bankFaults({ ...payee, iban: bareIban(payee.iban), bic: payee.bic?.toUpperCase() }).map(
    (fault) => `${member}: ${fault}`,
  );
}

function bankFaults({ name, iban, bic }: Account): string[] {
  return [
    ...[ibanFault(iban)].filter((fault) => fault !== undefined),
    ...(bic === undefined || bicPattern.test(bic) ? [] : ["the BIC has not 8 or 11 signs of the right kind"]),
    ...(/[A-Za-z0-9]/.test(inSepaLetters(name, 70)) ? [] : ["the name has no letter that banks can read"]),
  ];
}
