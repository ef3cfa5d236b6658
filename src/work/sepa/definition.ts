/**
 * The part of the message definition pain.001.001.09 that a SEPA credit transfer touches, as data: the checker reads
 * it, the writer does not. Names, order, how often and types were compared with the European Payments Council's schema
 * for SEPA (EPC132-08, 2023 V1.0), which holds less than the whole definition. `rest`: elements that are in the
 * definition at that place and that this check does not follow.
 */
export interface Element {
  name: string;
  /** The name of a type below, or null: known by name only. */
  type: string | null;
  least: number;
  most: number;
}

export interface Leaf {
  kind: "text" | "amount";
  pattern: RegExp;
  says: string;
}

export type Type = { kind: "sequence" | "choice"; elements: readonly Element[] } | Leaf;

const many = Number.POSITIVE_INFINITY;
const one = (name: string, type: string): Element => ({ name, type, least: 1, most: 1 });
const perhaps = (name: string, type: string): Element => ({ name, type, least: 0, most: 1 });
const some = (name: string, type: string, least = 0): Element => ({ name, type, least, most: many });
const rest = (...names: string[]): Element[] =>
  names.map((name) => ({ name, type: null, least: 0, most: many }));
const sequence = (...elements: (Element | Element[])[]): Type => ({
  kind: "sequence",
  elements: elements.flat(),
});
const choice = (...elements: (Element | Element[])[]): Type => ({
  kind: "choice",
  elements: elements.flat(),
});
const text = (pattern: RegExp, says: string): Type => ({ kind: "text", pattern, says });
const upTo = (most: number): Type => text(new RegExp(`^[^]{1,${most}}$`), `a text of 1 to ${most} signs`);
const code = (...values: string[]): Type =>
  text(new RegExp(`^(?:${values.join("|")})$`), `one of ${values.join(", ")}`);

/** `2026-11-27` */
const day = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;

export const root = one("Document", "Document");

export const types: Record<string, Type> = {
  Document: sequence(one("CstmrCdtTrfInitn", "CustomerCreditTransferInitiationV09")),
  CustomerCreditTransferInitiationV09: sequence(
    one("GrpHdr", "GroupHeader85"),
    some("PmtInf", "PaymentInstruction30", 1),
    rest("SplmtryData"),
  ),
  GroupHeader85: sequence(
    one("MsgId", "Max35Text"),
    one("CreDtTm", "ISODateTime"),
    rest("Authstn"),
    one("NbOfTxs", "Max15NumericText"),
    perhaps("CtrlSum", "DecimalNumber"),
    one("InitgPty", "PartyIdentification135"),
    rest("FwdgAgt"),
  ),
  PaymentInstruction30: sequence(
    one("PmtInfId", "Max35Text"),
    one("PmtMtd", "PaymentMethod3Code"),
    perhaps("BtchBookg", "BatchBookingIndicator"),
    perhaps("NbOfTxs", "Max15NumericText"),
    perhaps("CtrlSum", "DecimalNumber"),
    perhaps("PmtTpInf", "PaymentTypeInformation26"),
    one("ReqdExctnDt", "DateAndDateTime2Choice"),
    rest("PoolgAdjstmntDt"),
    one("Dbtr", "PartyIdentification135"),
    one("DbtrAcct", "CashAccount38"),
    one("DbtrAgt", "BranchAndFinancialInstitutionIdentification6"),
    rest("DbtrAgtAcct", "InstrForDbtrAgt", "UltmtDbtr"),
    perhaps("ChrgBr", "ChargeBearerType1Code"),
    rest("ChrgsAcct", "ChrgsAcctAgt"),
    some("CdtTrfTxInf", "CreditTransferTransaction34", 1),
  ),
  PaymentTypeInformation26: sequence(
    perhaps("InstrPrty", "Priority2Code"),
    some("SvcLvl", "ServiceLevel8Choice"),
    rest("LclInstrm", "CtgyPurp"),
  ),
  ServiceLevel8Choice: choice(one("Cd", "ExternalServiceLevel1Code"), one("Prtry", "Max35Text")),
  DateAndDateTime2Choice: choice(one("Dt", "ISODate"), one("DtTm", "ISODateTime")),
  PartyIdentification135: sequence(
    perhaps("Nm", "Max140Text"),
    rest("PstlAdr", "Id", "CtryOfRes", "CtctDtls"),
  ),
  CashAccount38: sequence(one("Id", "AccountIdentification4Choice"), rest("Tp", "Ccy", "Nm", "Prxy")),
  AccountIdentification4Choice: choice(one("IBAN", "IBAN2007Identifier"), rest("Othr")),
  BranchAndFinancialInstitutionIdentification6: sequence(
    one("FinInstnId", "FinancialInstitutionIdentification18"),
    rest("BrnchId"),
  ),
  FinancialInstitutionIdentification18: sequence(
    perhaps("BICFI", "BICFIDec2014Identifier"),
    rest("ClrSysMmbId", "LEI", "Nm", "PstlAdr"),
    perhaps("Othr", "GenericFinancialIdentification1"),
  ),
  GenericFinancialIdentification1: sequence(one("Id", "Max35Text"), rest("SchmeNm", "Issr")),
  CreditTransferTransaction34: sequence(
    one("PmtId", "PaymentIdentification6"),
    rest("PmtTpInf"),
    one("Amt", "AmountType4Choice"),
    rest("XchgRateInf", "ChrgBr", "ChqInstr", "UltmtDbtr"),
    rest("IntrmyAgt1", "IntrmyAgt1Acct", "IntrmyAgt2", "IntrmyAgt2Acct", "IntrmyAgt3", "IntrmyAgt3Acct"),
    perhaps("CdtrAgt", "BranchAndFinancialInstitutionIdentification6"),
    rest("CdtrAgtAcct"),
    perhaps("Cdtr", "PartyIdentification135"),
    perhaps("CdtrAcct", "CashAccount38"),
    rest("UltmtCdtr", "InstrForCdtrAgt", "InstrForDbtrAgt", "Purp", "RgltryRptg", "Tax", "RltdRmtInf"),
    perhaps("RmtInf", "RemittanceInformation16"),
    rest("SplmtryData"),
  ),
  PaymentIdentification6: sequence(
    perhaps("InstrId", "Max35Text"),
    one("EndToEndId", "Max35Text"),
    rest("UETR"),
  ),
  AmountType4Choice: choice(one("InstdAmt", "ActiveOrHistoricCurrencyAndAmount"), rest("EqvtAmt")),
  RemittanceInformation16: sequence(some("Ustrd", "Max140Text"), rest("Strd")),

  ActiveOrHistoricCurrencyAndAmount: {
    kind: "amount",
    pattern: /^(?=(?:\d\.?){1,18}$)\d+(?:\.\d{1,5})?$/,
    says: "an amount with at most 18 digits, 5 of them after the point",
  },
  BICFIDec2014Identifier: text(/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/, "a BIC of 8 or 11 signs"),
  BatchBookingIndicator: code("true", "false", "1", "0"),
  ChargeBearerType1Code: code("DEBT", "CRED", "SHAR", "SLEV"),
  DecimalNumber: text(
    /^(?=(?:\d\.?){1,18}$)\d+(?:\.\d{1,17})?$/,
    "a number with at most 18 digits, 17 of them after the point",
  ),
  ExternalServiceLevel1Code: code("SEPA", "URGP", "NURG", "SDVA", "PRPT"),
  IBAN2007Identifier: text(/^[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}$/, "an IBAN"),
  ISODate: text(new RegExp(`^${day}$`), "a day, such as 2026-11-27"),
  ISODateTime: text(
    new RegExp(`^${day}T(?:[01]\\d|2[0-3])(?::[0-5]\\d){2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})?$`),
    "a time, such as 2026-11-26T20:00:00Z",
  ),
  Max15NumericText: text(/^[0-9]{1,15}$/, "a number of 1 to 15 digits"),
  Max35Text: upTo(35),
  Max140Text: upTo(140),
  PaymentMethod3Code: code("CHK", "TRF", "TRA"),
  Priority2Code: code("HIGH", "NORM"),
};
