import { html } from "hono/html";
import { linesTable, partOf, reportJson, type BatchFilter, type BatchSummary } from "../../work/index.ts";
import { memberPage, type Html, type MemberVisit } from "../page.ts";
import { link, pathOf } from "../parts/link.ts";
import { amounts } from "../parts/money.ts";
import { state } from "../parts/state.ts";
import { table } from "../parts/table.ts";

/** Every batch, newest first; as JSON and CSV every line of them that the visitor may see. */
export const payoutsPage = memberPage({
  path: "/payouts",
  audience: "members",
  shows: "payouts with their totals; treasurers get every line as JSON and CSV, others their own",
  show(visit) {
    const { payouts } = visit.parts;
    const filter = filterOf(visit.query);
    const whose = isTreasurer(visit) ? undefined : visit.member.name;
    return {
      title: "Payouts",
      body: () => body(payouts.list(filter), whose === undefined),
      get json() {
        const report = payouts.report({ ...filter, agreed: true });
        return reportJson(whose === undefined ? report : partOf(report, whose));
      },
      get csv() {
        const agreed = { ...filter, agreed: true };
        return linesTable(payouts.lines(agreed, whose), payouts.payables(agreed));
      },
    };
  },
});

/** Everything, or the months of `?from=2026-01&until=2026-12`. */
function filterOf(query: Readonly<Record<string, string>>): BatchFilter {
  const month = (name: string): string | undefined =>
    /^\d{4}-\d\d$/.test(query[name] ?? "") ? query[name] : undefined;
  const from = month("from");
  const until = month("until");
  return {
    ...(from !== undefined && { fromPeriod: from }),
    ...(until !== undefined && { untilPeriod: until }),
  };
}

export function isTreasurer({ member }: Pick<MemberVisit, "member">): boolean {
  return member.roles.includes("treasurer");
}

function body(batches: readonly BatchSummary[], all: boolean): Html {
  return html`<h1>Payouts</h1>
    <p>
      Once a month the work that was agreed to is paid: proposed by a treasurer, open to disputes, agreed to
      by treasurers whom it does not pay.
    </p>
    ${table({
      id: "batches",
      caption: "Payouts, the newest first",
      quietCaption: true,
      columns: [
        { head: "Month" },
        { head: "State" },
        { head: "Total", number: true },
        { head: "Entries", number: true },
        { head: "Not paid yet", number: true },
        { head: "Agreed by" },
      ],
      rows: batches.map((batch) => [
        link(pathOf("payouts", batch.id), batch.period),
        state(batch.state),
        amounts(batch.totals),
        batch.entries,
        batch.unpaid,
        batch.approvedBy.join(", "),
      ]),
      empty: "There is no payout yet. A treasurer proposes one in a room: payout propose, and the month.",
    })}
    ${
      batches.length > 0 &&
      html`<p class="screen">
        ${all ? "Every line of what was agreed to" : "Your lines of what was agreed to"}:
        ${link("/payouts.csv", "CSV")}, ${link("/payouts.json", "JSON")}. Of one year:
        <code>/payouts.csv?from=2026-01&amp;until=2026-12</code>
      </p>`
    }`;
}
