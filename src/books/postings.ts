import type { Posting } from "./types.ts";

/** Above it an amount could not be told apart from its neighbour where it is a number. */
const mostMinor = 2n ** 53n - 1n;

/**
 * The postings of one entry: amounts of one account and currency together, nothing of zero, in the order given. Throws
 * a RangeError where they do not come to zero in each currency: such an entry must never reach the ledger.
 */
export function posted(
  ...lines: readonly (readonly [account: string, amountMinor: bigint, currency: string])[]
) {
  const postings: Posting[] = [];
  for (const [account, amountMinor, currency] of lines) {
    const same = postings.find((one) => one.account === account && one.currency === currency);
    if (same === undefined) postings.push({ account, currency, amountMinor });
    else same.amountMinor += amountMinor;
  }
  assertBalanced(postings);
  return postings.filter(({ amountMinor }) => amountMinor !== 0n);
}

/** Σ of each currency is zero, and every amount is one that can be kept. */
export function assertBalanced(postings: readonly Posting[]): void {
  const [first] = postings;
  if (first === undefined) return;
  // Most entries are in one currency, and there are a million of them.
  const isOne = postings.every(({ currency }) => currency === first.currency);
  const totals = isOne
    ? [[first.currency, postings.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)] as const]
    : sums(postings);
  for (const [currency, sum] of totals)
    if (sum !== 0n) throw new RangeError(`an entry is off by ${sum} ${currency}`);
  for (const { amountMinor } of postings)
    if (amountMinor > mostMinor || amountMinor < -mostMinor)
      throw new RangeError(`${amountMinor} is more than can be booked exactly`);
}

/** Σ by currency. */
export function sums(postings: Iterable<Pick<Posting, "currency" | "amountMinor">>): Map<string, bigint> {
  const found = new Map<string, bigint>();
  for (const { currency, amountMinor } of postings)
    found.set(currency, (found.get(currency) ?? 0n) + amountMinor);
  return found;
}

/** What has to be posted so that `before` becomes `after`. */
export function difference(before: readonly Posting[], after: readonly Posting[]): Posting[] {
  return posted(
    ...after.map(({ account, amountMinor, currency }) => [account, amountMinor, currency] as const),
    ...before.map(({ account, amountMinor, currency }) => [account, -amountMinor, currency] as const),
  );
}
