import { html } from "hono/html";
import { decimalOf, formatMoney } from "../../core/money.ts";
import { memberPage, type Form, type Html, type MemberVisit } from "../page.ts";
import { questionCards } from "../parts/approval.ts";
import {
  askedAboutBooks,
  askedBy,
  labelOf,
  monthToClose,
  proofWord,
  secondVoice,
  tellerOf,
  type Run,
} from "../parts/books.ts";
import { hiddenOnce, refusal, wordsOf } from "../parts/form.ts";
import { link, pathOf } from "../parts/link.ts";
import { state } from "../parts/state.ts";
import { table } from "../parts/table.ts";
import type { WebParts } from "../types.ts";
import { statementPath } from "./statement.ts";

const treasurers = ["treasurer"] as const;
/** How many decisions the page shows. */
const mostDecisions = 30;
/** How many of the things that one could belong to are named in the list. */
const mostCandidates = 3;

/** How the books stand: what waits, what proves, which months are closed. */
export const booksPage = memberPage({
  path: "/books",
  audience: treasurers,
  shows: "what waits in the books, what proves, which months are closed; forms to reconcile and to close",
  show(visit) {
    const { books } = visit.parts;
    const run = books.lastRun();
    const months = books.closed();
    return {
      title: "Books",
      body: () => body(visit, run, months),
      json: {
        states: run?.states ?? {},
        queue: (run?.queue ?? []).map(({ amountMinor, ...item }) => ({
          ...item,
          amount: Number(amountMinor),
        })),
        proofs: (run?.proofs ?? []).map(({ proof, currency, differenceMinor, ok, note }) => ({
          ...{ proof, currency, difference: Number(differenceMinor), ok, note },
        })),
        closed: months.map(({ month, closedAt, closedBy }) => ({ month, closedAt, closedBy })),
      },
    };
  },
});

export const reconcileForm: Form = {
  ...{ path: "/books/reconcile", audience: treasurers, name: "reconcile", page: booksPage },
  words: () => ["money", "reconcile"],
  after: () => "/books",
};

export const closeForm: Form = {
  ...{ path: "/books/close", audience: treasurers, name: "close", page: booksPage },
  words: (_, fields) => ["money", "close", ...wordsOf(fields["month"])],
  after: (visit, outcome) => askedBy(visit, outcome, "/approvals"),
};

export const undoForm: Form = {
  ...{ path: "/books/decisions/:id/undo", audience: treasurers, name: "undo", page: booksPage },
  words: ({ path }) => ["money", "undo", path["id"] ?? ""],
  after: () => "/books",
};

function body(
  visit: MemberVisit,
  run: Run | undefined,
  months: ReturnType<WebParts["books"]["closed"]>,
): Html {
  const asked = askedAboutBooks(visit);
  return html`<h1>Books</h1>
    ${refusal(visit)} ${standing(run)}
    <form class="form screen" method="post" action="${reconcileForm.path}">
      ${hiddenOnce()}
      <p>
        ${link(statementPath, "Take a bank's statement in")}, then bring the books up to date: payouts,
        expenses and lines are matched, and every balance is proved.
      </p>
      <p><button class="go" type="submit">Bring the books up to date</button></p>
    </form>
    <h2>What waits for you</h2>
    ${queue(visit, run, asked)}
    ${
      asked.length > 0 &&
      html`<h3>Asked of treasurers</h3>
        ${questionCards(asked, visit.when)}`
    }
    <h2>Proofs</h2>
    ${proofs(run)} ${decisions(visit)}
    <h2>Months</h2>
    ${closed(months)} ${closing(visit)}`;
}

function standing(run: Run | undefined): Html {
  if (run === undefined) return html`<p>Nothing was reconciled yet.</p>`;
  const off = run.proofs.filter(({ ok }) => !ok).length;
  const waits = run.queue.length;
  if (off === 0 && waits === 0) return html`<p>${state("whole")} Every cent is accounted for.</p>`;
  return html`<p>
    ${state("open")}
    ${waits === 0 ? "Nothing waits" : waits === 1 ? "One thing waits" : `${waits} things wait`};
    ${off === 0 ? "every balance proves." : off === 1 ? "one balance does not prove." : `${off} balances do not prove.`}
  </p>`;
}

function queue(
  { parts }: MemberVisit,
  run: Run | undefined,
  asked: ReturnType<typeof askedAboutBooks>,
): Html {
  return table({
    id: "queue",
    caption: "What waits for a treasurer, the oldest first",
    quietCaption: true,
    columns: [{ head: "What" }, { head: "Amount", number: true }, { head: "Why it waits" }],
    rows: (run?.queue ?? []).map((item) => {
      const { id, date, currency, amountMinor } = item;
      const question = asked.find(({ subject }) => subject === id);
      return [
        html`${link(pathOf("books", "queue", id), labelOf(item, parts.books))}
          <span class="under">${date}, ${tellerOf(item)}</span>`,
        currency === "" ? "" : html`<span class="nowrap">${formatMoney({ amountMinor, currency })}</span>`,
        question === undefined ? whyOf(item) : secondVoice(question),
      ];
    }),
    empty: "Nothing waits for you.",
  });
}

function proofs(run: Run | undefined): Html {
  return table({
    id: "proofs",
    caption: "What each source says, and by how much the books differ",
    quietCaption: true,
    columns: [
      { head: "Account" },
      { head: "Currency" },
      { head: "Opening", number: true },
      { head: "Moved", number: true },
      { head: "Closing", number: true },
      { head: "Difference", number: true },
      { head: "It rests on" },
    ],
    rows: (run?.proofs ?? []).map((proof) => {
      const amount = (amountMinor: bigint): string => decimalOf({ amountMinor, currency: proof.currency });
      return [
        html`${state(proofWord(proof))} ${proof.proof}`,
        proof.currency,
        ...[proof.openingMinor, proof.movedMinor, proof.closingMinor, proof.differenceMinor].map(amount),
        proof.note,
      ];
    }),
    empty: "Nothing was proved yet.",
  });
}

/** With the first things that it could belong to. */
function whyOf({ why, candidates }: Run["queue"][number]): string {
  if (candidates.length === 0) return why;
  const more = candidates.length > mostCandidates ? ` and ${candidates.length - mostCandidates} more` : "";
  return `${why}: ${candidates.slice(0, mostCandidates).join(", ")}${more}`;
}

/** What stands, the newest first; each can be taken back until its month is closed. */
function decisions({ parts }: MemberVisit): Html {
  const all = parts.books.decisions().toReversed();
  if (all.length === 0) return html``;
  const until = parts.books.closedUntil() ?? "";
  return html`<h2>Decisions</h2>
    ${table({
      id: "decisions",
      caption: "What treasurers have decided, the newest first",
      quietCaption: true,
      columns: [{ head: "What" }, { head: "Who" }, { head: "Why" }, { head: "Until its month is closed" }],
      rows: all.slice(0, mostDecisions).map(({ id, kind, subject, what, by, secondedBy, why }) => {
        const entry = parts.books.entryOf(subject);
        return [
          html`${kind}: ${entry === undefined || entry.memo === "" ? subject : entry.memo}
            <span class="under">${targetsOf(what)}</span>`,
          secondedBy === null ? by : `${by}, ${secondedBy}`,
          why,
          entry !== undefined && entry.date <= until ? "closed" : takeBack(id),
        ];
      }),
      empty: "",
    })}
    ${
      all.length > mostDecisions &&
      html`<p>Older ones: <code>money decisions</code> in the room, and the report of each closed month.</p>`
    }`;
}

function targetsOf({
  claims = [],
  parts = [],
}: ReturnType<WebParts["books"]["decisions"]>[number]["what"]): string {
  const amounts = parts.map(
    ({ account, currency, amountMinor }) =>
      `${account} ${formatMoney({ currency, amountMinor: BigInt(amountMinor) })}`,
  );
  return [...claims, ...amounts].join(", ");
}

function takeBack(id: number): Html {
  return html`<form class="screen" method="post" action="/books/decisions/${id}/undo">
    ${hiddenOnce()}
    <button class="plain" type="submit">Take back<span class="unseen"> decision ${id}</span></button>
  </form>`;
}

function closed(months: ReturnType<WebParts["books"]["closed"]>): Html {
  return table({
    id: "months",
    caption: "Months that are closed, the newest first",
    quietCaption: true,
    columns: [{ head: "Month" }, { head: "Closed" }, { head: "Agreed by" }],
    rows: months.map(({ month, closedAt, closedBy }) => [
      link(pathOf("books", "months", month), month),
      closedAt.slice(0, 10),
      closedBy.join(", "),
    ]),
    empty: "No month is closed yet.",
  });
}

function closing(visit: MemberVisit): Html {
  const typed = visit.refused?.form === closeForm.name ? visit.refused.fields["month"] : undefined;
  return html`<form class="form screen" method="post" action="${closeForm.path}">
    ${hiddenOnce()}
    <h3>Close a month</h3>
    <p>Treasurers are asked to agree. Nothing in a closed month is ever changed.</p>
    <p>
      <label for="month">The month</label>
      <input
        id="month"
        name="month"
        type="text"
        placeholder="2026-10"
        pattern="\\d{4}-\\d{2}"
        value="${typed ?? monthToClose(visit.parts)}"
        required
      />
    </p>
    <p><button class="go" type="submit">Ask to close it</button></p>
  </form>`;
}
