/** Accounts as files write them: an IBAN, a number, or a bank's code and a number. */

/** Without spaces and in capitals. */
export function bankAccount(typed: string): string {
  return typed.replaceAll(/\s/g, "").toUpperCase();
}

/**
 * Whether a file is of an account. Its number may stand without the rest of the IBAN (OFX, MT940), so it is enough that
 * it ends the IBAN, and that what the file says of the bank is in it too.
 */
export function isSameAccount(expected: string, there: string): boolean {
  const [ours, theirs] = [plain(expected), plain(there)];
  if (ours === theirs) return ours !== "";
  const parts = bankAccount(there)
    .split("/")
    .map((part) => plain(part).replace(/^0+/, ""));
  const number = parts.at(-1) ?? "";
  if (number.length >= 6 && ours.endsWith(number) && parts.every((part) => ours.includes(part))) return true;
  const short = ours.replace(/^0+/, "");
  return short.length >= 6 && theirs.endsWith(short);
}

/** Enough to tell accounts apart, and too little to pay to one. */
export function lastFour(account: string): string {
  return plain(account).slice(-4);
}

/** Some banks put the currency behind the number. */
function plain(account: string): string {
  return bankAccount(account)
    .replace(/(?<=\d)[A-Z]{3}$/, "")
    .replaceAll(/[^A-Z0-9]/g, "");
}
