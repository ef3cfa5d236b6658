/** A run of the books as JSON: `money reconcile --json`. Amounts are whole minor units. */
import type { Books } from "./open.ts";
import type { Run } from "./reconcile.ts";

/** Piece by piece, because the entries of years are many. */
export function* reconciledJson(run: Run, books: Pick<Books, "entries">): Generator<string> {
  const { matched, groups, states, queue, proofs } = run;
  const head = JSON.stringify({
    matched,
    groups,
    states,
    queue: queue.map(plain),
    proofs: proofs.map(plain),
  });
  yield `${head.slice(0, -1)},"entries":[`;
  let isFirst = true;
  for (const { ref, date, postings } of books.entries()) {
    const shown = postings.map(([account, currency, amount]) => ({ account, amount, currency }));
    yield `${isFirst ? "" : ","}\n${JSON.stringify({ ref, date, postings: shown })}`;
    isFirst = false;
  }
  yield "]}\n";
}

/** `amountMinor: 5n` becomes `amount: 5`. */
function plain(item: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => [
      key.replace(/Minor$/, ""),
      typeof value === "bigint" ? Number(value) : (value as unknown),
    ]),
  );
}
