/** Mappings of our own making for banks that co-ops use, by what their exports look like in 2026. */
import { statementMappingUnfit } from "../../core/problems/books-statements.ts";
import { csvMappingOf, type CsvMapping } from "./mapping.ts";

export const presets: Readonly<Record<string, CsvMapping>> = {
  /** Wise: a statement as CSV, one for each currency. A fee has an id of its own. */
  wise: {
    encoding: "utf-8",
    separator: ",",
    header: 1,
    id: "TransferWise ID",
    date: "Date",
    datePattern: "DD-MM-YYYY",
    amount: { column: "Amount" },
    decimal: ".",
    currency: "Currency",
    balance: "Running Balance",
    text: ["Payer Name", "Payee Name", "Merchant", "Description", "Payment Reference"],
  },
  /** GLS Bank, as all banks with Atruvia's online banking ("CSV-Export"). */
  gls: {
    encoding: "utf-8",
    separator: ";",
    header: 1,
    date: "Buchungstag",
    datePattern: "DD.MM.YYYY",
    amount: { column: "Betrag" },
    decimal: ",",
    thousands: ".",
    currency: "Waehrung",
    account: "IBAN Auftragskonto",
    balance: "Saldo nach Buchung",
    text: ["Name Zahlungsbeteiligter", "Verwendungszweck", "Buchungstext"],
  },
  /** Triodos Bank (NL), without a header: day, account, amount, Debet or Credit, name, account, code, purpose. */
  triodos: {
    encoding: "iso-8859-15",
    separator: ",",
    header: 0,
    date: 1,
    datePattern: "DD-MM-YYYY",
    amount: { column: 3, side: 4, out: ["Debet"], in: ["Credit"] },
    decimal: ",",
    thousands: ".",
    account: 2,
    text: [5, 8],
  },
  /** Monzo, personal and business. Its days are day first. */
  monzo: {
    encoding: "utf-8",
    separator: ",",
    header: 1,
    id: "Transaction ID",
    date: "Date",
    datePattern: "DD/MM/YYYY",
    amount: { column: "Amount" },
    decimal: ".",
    currency: "Currency",
    text: ["Name", "Description", "Notes and #tags"],
  },
};

/** A mapping of the settings: the name of one of ours, or one that is written out. Throws `statement-mapping-unfit`. */
export function mappingFor(said: unknown): CsvMapping {
  if (typeof said !== "string") return csvMappingOf(said);
  const known = presets[said];
  if (known === undefined)
    throw statementMappingUnfit({ faults: [`it is none of ${Object.keys(presets).join(", ")}`] });
  return known;
}
