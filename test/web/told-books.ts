import type { WebParts } from "../../src/web/index.ts";
import type { Told } from "./told-runs.ts";

/** Books with one thing in the queue, one balance that does not prove, and September closed. */
export function toldBooks(told: Told): Pick<WebParts, "books"> {
  const words = told.hostile ?? "it could be one of two payouts";
  const proof = (name: string, difference: bigint) => ({
    ...{ proof: name, currency: "EUR", openingMinor: 10_000n, movedMinor: 2500n, closingMinor: 12_500n },
    ...{ saidMinor: 12_500n - difference, differenceMinor: difference, ok: difference === 0n, note: words },
  });
  const row = (account: string, moved: number) => ({
    account,
    currency: "EUR",
    opening: 10_000,
    moved,
    closing: 10_000 + moved,
  });
  return {
    books: {
      lastRun: () =>
        told.empty === true
          ? undefined
          : {
              ...{ matched: [], groups: [], owed: [], written: { added: 0, changed: 0, removed: 0 } },
              states: { po_1: "ambiguous", po_2: "ambiguous" },
              queue: [
                {
                  ...{
                    id: "2026-10-05/8f3a",
                    source: "bank:gls",
                    kind: "ambiguous",
                    why: words,
                    date: "2026-10-05",
                  },
                  ...{ currency: "EUR", amountMinor: 2500n, candidates: ["po_1", "po_2"] },
                },
              ],
              proofs: [proof("trial balance", 0n), proof("assets:bank:gls", 100n)],
            },
      decisions: () => [
        {
          ...{ id: 2, kind: "split", source: "bank:gls", subject: "l2", why: words, by: "tess" },
          ...{ what: { parts: [{ account: "expenses:fees:transfer", currency: "EUR", amountMinor: 490 }] } },
          ...{ secondedBy: null, at: "2026-10-06T09:00:00.000Z" },
        },
      ],
      closedUntil: () => "2026-09-30",
      *entries() {
        yield* [];
      },
      closed: () => [
        {
          ...{
            month: "2026-09",
            closedAt: "2026-10-04T09:00:00.000Z",
            closedBy: ["tess", "tom"],
            hash: "c0ffee",
          },
          report: {
            ...{ month: "2026-09", entries: 12, journal: "abc" },
            places: [row("assets:bank:gls", 2500), row("assets:stripe", -2500)],
            others: [
              { ...row("income:hosting", -4000), opening: 0, closing: -4000 },
              // Two people, who are one total for everybody else.
              { ...row("liabilities:contributors:ana", -400), opening: 0, closing: -400 },
              { ...row("liabilities:contributors:bo", -500), opening: 0, closing: -500 },
              { ...row("expenses:work:ana-alone", 900), opening: 0, closing: 900 },
            ],
            sections: [
              {
                ...{ place: "assets:stripe", currency: "EUR" },
                activity: [{ account: "income:hosting", count: 3, amount: 4000 }],
                transfers: [
                  {
                    id: "po_1",
                    date: "2026-09-08",
                    amount: -6500,
                    state: "matched",
                    with: ["2026-09-10/77aa"],
                  },
                ],
                left: [{ account: "income:hosting", count: 2, amount: 7500 }],
              },
            ],
            payouts: [{ id: "po_0", state: "waiting" }],
            proofs: [{ proof: "trial balance", currency: "EUR", difference: 0, ok: true, note: words }],
            decisions: [
              { id: 1, kind: "writeoff", subject: "l1", why: words, by: "tess", secondedBy: "tom" },
            ],
          },
        },
      ],
      entryOf: (ref) => ({
        ...{ source: "bank:gls", ref, date: "2026-10-05", happened: null, kind: "line", corrects: null },
        ...{ memo: words, payout: null },
        postings: [
          ["assets:bank:gls", "EUR", 2500],
          ["suspense", "EUR", -2500],
        ],
      }),
      *journal(format, month) {
        yield `; ${format} of ${month ?? "all"}\n`;
      },
    },
  };
}
