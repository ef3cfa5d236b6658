/**
 * What happened to money at Open Collective, for the books. It has no list of changes and no signed webhook: its ledger
 * is polled, with a cursor that looks back far enough for what is entered late, and from the first transaction on once
 * a week. Whatever is told twice adds nothing to the books.
 */
import { say, sayProblem, type Message } from "../chat/message.ts";
import { isoOf } from "../core/clock.ts";
import { formatMoney, type Money } from "../core/money.ts";
import { problemFromJson } from "../core/problem.ts";
import {
  collectiveChanged,
  collectiveTokenRefused,
  collectiveUnreadable,
} from "../core/problems/collective.ts";
import { Refusal } from "./client.ts";
import { tellTreasurers } from "../people/index.ts";
import { asCoop, coopName, passing, slugOfCoop, trouble, troubleOf } from "./ground.ts";
import type { As, Ground } from "./ground.ts";
import { readBalance, readGroups, readOwnPage, type Reading } from "./reading.ts";
import type { Fetching, Trouble } from "./types.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What is older may still be cleared, or be entered late under an earlier day. */
const lookBackMs = 45 * dayMs;
const wholeEveryMs = 7 * dayMs;
/** Looked back once more when the balance moved meanwhile. */
const freshMs = hourMs;
const mostRounds = 3;
/** What passes by itself is told only when nothing was heard for so long. */
const lastsMs = 6 * hourMs;

type Fetched = Awaited<ReturnType<Fetching["fetchForBooks"]>>;

export function openFetching(ground: Ground): Fetching {
  const { marks, db } = ground;
  return {
    fetchForBooks: (signal) => fetchForBooks(ground, signal),
    tellLasting: (met, run) => db.tx(() => tellLasting(ground, met, run)),
    lastFetched: () => {
      const at = marks.mark("fetched");
      return at === undefined ? null : isoOf(at);
    },
  };
}

async function fetchForBooks(ground: Ground, signal: AbortSignal | undefined): Promise<Fetched> {
  const { books, slug, coop } = ground;
  if (books === undefined || slug === undefined || coop.value === undefined) return { kind: "off" };
  const as = asCoop(ground);
  if (as === undefined) return trouble(collectiveTokenRefused({ whose: coopName }));
  try {
    return await fetchAll(ground, { client: ground.client, slug, as, signal });
  } catch (thrown) {
    return unreadable(ground, thrown, as);
  }
}

/** A no to reading is one that people have to put right: it does not pass. */
function unreadable(ground: Ground, thrown: unknown, as: As): Trouble {
  if (!(thrown instanceof Refusal)) return troubleOf("the transactions", thrown, as);
  return trouble(collectiveUnreadable({ slug: slugOfCoop(ground), says: thrown.says }));
}

async function fetchAll(ground: Ground, reading: Reading): Promise<Fetched> {
  const { marks, clock, db } = ground;
  const startMs = clock.now();
  const [read, whole] = [marks.mark("read"), marks.mark("whole")];
  const isWhole = whole === undefined || startMs - whole >= wholeEveryMs;
  // A first reading that was interrupted goes on where it was: it went from the first transaction on.
  const goesOn = read !== undefined && (!isWhole || whole === undefined);
  let fromMs = goesOn ? read - lookBackMs : undefined;
  let rows = 0;
  let before = await readBalance(reading);
  for (let round = 0; ; round++) {
    rows += await handOver(ground, reading, before.own, fromMs);
    const now = await readBalance(reading);
    // Something moved while the pages were read: that one is read too, or the balance would be of another moment.
    const stoodStill = now.money?.amountMinor === before.money?.amountMinor;
    if (stoodStill || round === mostRounds) {
      return db.tx(() => {
        marks.setMark("read", startMs);
        marks.setMark("fetched", clock.now());
        if (isWhole) marks.setMark("whole", startMs);
        const told = stoodStill ? now.money : null;
        if (told !== null) tellBalance(ground, now.own, told);
        return { kind: "fetched", rows, balance: told && formatMoney(told) };
      });
    }
    before = now;
    fromMs = startMs - freshMs;
  }
}

/** The books prove it against what they know; new budgets look at it. */
function tellBalance({ books, clock, onBalance }: Ground, own: string, money: Money): void {
  books?.importCollective({ own, rows: [], balance: { ...money, at: isoOf(clock.now()) } });
  onBalance(money);
}

/** Page by page: a page is in the books together with how far it reached, or it is not in them. */
async function handOver(
  { books, marks, db }: Ground,
  reading: Reading,
  own: string,
  fromMs: number | undefined,
): Promise<number> {
  const seen = new Set<string>();
  let handed = 0;
  for (let offset = 0; ;) {
    const page = await readOwnPage(reading, fromMs, offset);
    const fresh = page.nodes.filter(({ id }) => !seen.has(id));
    const rows = await readGroups(reading, fresh);
    for (const { id } of fresh) seen.add(id);
    const last = page.nodes.at(-1);
    db.tx(() => {
      books?.importCollective({ own, rows });
      if (last !== undefined) marks.setMark("read", Date.parse(last.createdAt));
    });
    handed += rows.length;
    if (last === undefined || offset + page.nodes.length >= page.totalCount) {
      if (seen.size >= page.totalCount) return handed;
      const what = `it counts ${page.totalCount} transactions and shows ${seen.size}`;
      throw collectiveChanged({ operation: "OwnTransactions", what });
    }
    offset += page.step;
  }
}

function tellLasting(ground: Ground, met: Trouble, run: string): void {
  const { clock, marks, coop } = ground;
  const problem = problemFromJson(met.problem);
  if (met.token === coopName) coop.refused = true;
  const fetched = marks.mark("fetched");
  const now = clock.now();
  if (passing.includes(problem.code) && fetched !== undefined && now - fetched < lastsMs) return;
  const since =
    fetched === undefined
      ? "The books have never heard of Open Collective."
      : `The books have heard nothing of Open Collective since ${isoOf(fetched).slice(0, 16).replace("T", " ")} UTC.`;
  const words = sayProblem(problem, { run });
  const message: Message = { ...words, blocks: [...say(since).blocks, ...words.blocks] };
  tellTreasurers(ground, `collective/books/${problem.code}/${isoOf(now).slice(0, 10)}`, message);
}
