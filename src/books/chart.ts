/** The chart of accounts, as reports name them. Assets and expenses grow above zero; income and liabilities below. */

export const accounts = {
  stripe: "assets:stripe",
  collective: "assets:opencollective",
  transit: "assets:transit:stripe",
  receivable: "assets:receivable",
  hosting: "income:hosting",
  refunds: "income:hosting:refunds",
  disputed: "income:hosting:disputed",
  dues: "income:dues",
  stripeFees: "expenses:fees:stripe",
  disputeFees: "expenses:fees:dispute",
  processorFees: "expenses:fees:processor",
  hostFees: "expenses:fees:host",
  transferFees: "expenses:fees:transfer",
  conversion: "equity:conversion",
  opening: "equity:opening",
  suspense: "suspense",
} as const;

/** The bank account of this name; the only one of a co-op needs none. */
export const bankAccount = (name: string): string => (name === "" ? "assets:bank" : `assets:bank:${name}`);
/** What is owed to a person. */
export const owedTo = (person: string): string => `liabilities:contributors:${nameIn(person)}`;
/** What a circle's work cost. */
export const workOf = (circle: string): string => `expenses:work:${nameIn(circle)}`;

/** A part of an account's name: no colon, no space, nothing that a journal could take for something else. */
function nameIn(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-");
  return plain === "" ? "unknown" : plain;
}
