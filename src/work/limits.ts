/** The room's limits, each with its name. */

/** More minutes of one person on one day have to be meant. */
export const mostMinutesADay = 16 * 60;
/** Minor units of one entry or cap: far above any co-op, and far below where numbers lose whole units. */
export const mostMinor = 100_000_000_000n;
/** Characters of what is said about the work, and of its evidence. */
export const mostWords = 500;
export const mostEvidence = 500;
/** People who share one entry. */
export const mostShares = 20;
/** Entries in one answer. */
export const mostListed = 50;
/** Entries in one review: a list that can be read. */
export const mostReviewed = 100;
