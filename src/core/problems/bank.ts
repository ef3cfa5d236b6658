/** Paying by a bank file: the co-op's own account, the treasurer's file, and what fits into a credit transfer. */
import { problem } from "../problem.ts";

const nothingMade = "No file was written, and nothing of what was read is kept.";

export const bankAccountMissing = problem(
  "bank-account-missing",
  ({ setting }: { setting: string }) => ({
    happened: `Whose account pays is not known: the setting ${setting} is not there.`,
    means: nothingMade,
    remedy: "An operator sets `work.bank.name`, `work.bank.iban` and, if the bank wants it, `work.bank.bic`.",
  }),
  { setting: "work.bank.iban" },
);

export const bankBatchUnknown = problem(
  "bank-batch-unknown",
  ({ batch }: { batch: string }) => ({
    happened: `There is no batch ${batch} that treasurers have agreed to.`,
    means: "Nothing is paid by it.",
    remedy: "A batch is named by five letters, as in the message that told of it.",
  }),
  { batch: "bakor" },
);

export const bankNothingToPay = problem(
  "bank-nothing-to-pay",
  ({ batch }: { batch: string }) => ({
    happened: `The batch ${batch} has nothing that waits to go to the bank in EUR.`,
    means: nothingMade,
    remedy: `How each one is paid: \`payout bank ${batch}\``,
  }),
  { batch: "bakor" },
);

export const payeesFileUnfit = problem(
  "payees-file-unfit",
  ({ line, what }: { line: number; what: string }) => ({
    happened: `Line ${line} of the file of payees is not as it should be: ${what}.`,
    means: nothingMade,
    remedy:
      "Its first line is `member,name,iban,bic`; each other line is one person, without a BIC if need be.",
  }),
  { line: 3, what: "it has 2 fields and not 3 or 4" },
);

export const bankDetailsUnfit = problem(
  "bank-details-unfit",
  ({ faults }: { faults: readonly string[] }) => ({
    happened: `What stands in the way (${faults.length}):\n${faults.join("\n")}`,
    means: nothingMade,
    remedy: "Put it right in the file of payees, which only you hold, and begin again.",
  }),
  { faults: ["bo: the IBAN has a wrong check number", "ana is not in the file"] },
);

export const bankServerRefused = problem(
  "bank-server-refused",
  ({ says }: { says: string }) => ({
    happened: `The server did not say what the batch pays:\n${says}`,
    means: nothingMade,
    remedy: "Put right what it says. From another machine: TANDEM_URL and TANDEM_TOKEN, as in `help paying`.",
  }),
  { says: "There is no batch bakor that treasurers have agreed to." },
);
