import { html } from "hono/html";
import { formatMoney } from "../../core/money.ts";
import {
  beancountOf,
  hledgerOf,
  linesTable,
  partOf,
  reportJson,
  type BatchSummary,
  type PayoutReport,
} from "../../work/index.ts";
import { memberPage, type Download, type Html, type MemberVisit } from "../page.ts";
import { link, pathOf } from "../parts/link.ts";
import { amounts } from "../parts/money.ts";
import { disputes, given, lines, persons, sums } from "../parts/payout.ts";
import { state } from "../parts/state.ts";
import { isTreasurer } from "./payouts.ts";

const path = "/payouts/:id";

/** One batch: treasurers see every line, others their own and the totals. */
export const payoutPage = memberPage({
  path,
  audience: "members",
  shows: "one payout: treasurers every line, others their own and the totals; sign-off on paper",
  show(visit) {
    const found = find(visit);
    if (found === undefined) return undefined;
    const { batch, report } = found;
    return {
      title: `Payout of ${batch.period}`,
      body: () => body(visit, batch, report),
      json: reportJson(report),
      csv: linesTable(report.lines, report.payables),
    };
  },
});

export const journalDownload: Download = {
  path: `${path}/journal`,
  audience: ["treasurer"],
  shows: "an agreed payout as a journal of hledger",
  file: (visit) => agreedFile(visit, "journal", hledgerOf),
};

export const beancountDownload: Download = {
  path: `${path}/beancount`,
  audience: ["treasurer"],
  shows: "an agreed payout as a journal of beancount",
  file: (visit) => agreedFile(visit, "beancount", beancountOf),
};

/** Nothing is owed, and nothing booked, before it was agreed to. */
function agreedFile(
  visit: MemberVisit,
  ending: string,
  write: (report: PayoutReport) => string,
): { name: string; text: string } | undefined {
  const found = find(visit);
  if (found?.batch.approvedAt == null) return undefined;
  const { period, id } = found.batch;
  return { name: `payout-${period}-${id}.${ending}`, text: write(found.report) };
}

function find(visit: MemberVisit): { batch: BatchSummary; report: PayoutReport } | undefined {
  const { payouts } = visit.parts;
  const batch = payouts.find(visit.path["id"] ?? "");
  if (batch === undefined) return undefined;
  const report = payouts.report({ batch: batch.id });
  return { batch, report: isTreasurer(visit) ? report : partOf(report, visit.member.name) };
}

function body(visit: MemberVisit, batch: BatchSummary, report: PayoutReport): Html {
  const all = isTreasurer(visit);
  return html`<p class="way">${link("/payouts", "Payouts")}</p>
    <h1>Payout of ${batch.period}</h1>
    <p>${state(batch.state)} ${meaning[batch.state]}</p>
    ${facts(visit, batch, all)}
    <h2>${all ? "What each person gets" : "What you get"}</h2>
    ${persons(report, all)}
    <h2>Where it comes from</h2>
    ${sums("circles", "By circle", report.circles)} ${sums("budgets", "By budget", report.budgets)}
    ${all && sums("seats", "By member organisation", report.seats)}
    <h2>${all ? "Every line" : "Your lines"}</h2>
    ${lines(report, all)}
    <h2>Disputes</h2>
    ${disputes(visit, report)}
    <h2>Given without pay</h2>
    ${given(report, all)} ${all && signOff(visit, batch)}`;
}

const meaning: Record<BatchSummary["state"], string> = {
  published: "Any member may hold an entry of it. Then treasurers are asked to agree.",
  asked: "Treasurers are asked to agree. Until they have, any member may hold an entry of it.",
  approved: "Treasurers have agreed to it. How far paying it has come stands beside each person.",
  paid: "All of it is paid.",
  dropped: "Nothing came of it: its work waits for the next one.",
};

function facts({ when }: MemberVisit, batch: BatchSummary, all: boolean): Html {
  const { id, approvedAt, approvedBy } = batch;
  const at = (iso: string): Html => when.at(Date.parse(iso));
  const file = (ending: string, word: string): Html => link(`${pathOf("payouts", id)}${ending}`, word);
  return html`<dl class="facts">
    <dt>Total</dt>
    <dd><strong>${amounts(batch.totals)}</strong></dd>
    <dt>Entries</dt>
    <dd>${batch.entries}</dd>
    <dt>Proposed by</dt>
    <dd>${batch.proposedBy}, ${at(batch.publishedAt)}</dd>
    <dt>Disputes until</dt>
    <dd>${at(batch.disputesUntil)}</dd>
    <dt>Agreed by</dt>
    <dd>${approvedAt === null ? "nobody yet" : html`${approvedBy.join(", ")}, ${at(approvedAt)}`}</dd>
    <dt>Batch</dt>
    <dd>${link(pathOf("runs", id), id)}</dd>
    <dt>Hash</dt>
    <dd><code>${batch.hash}</code></dd>
    <dt class="screen">As a file</dt>
    <dd class="screen">
      ${file(".csv", "CSV")},
      ${file(".json", "JSON")}${
        all &&
        approvedAt !== null &&
        html`, ${file("/journal", "hledger")}, ${file("/beancount", "beancount")}`
      }
    </dd>
  </dl>`;
}

/** On paper: who proposed and who agreed, each with a line to sign on. */
function signOff({ when }: MemberVisit, batch: BatchSummary): Html {
  const { approvedAt, approvedBy, proposedBy, publishedAt, totals } = batch;
  const on = (iso: string): string => when.text(Date.parse(iso));
  const agreed =
    approvedAt === null ? ["Agreed by"] : approvedBy.map((name) => `Agreed by ${name}, ${on(approvedAt)}`);
  return html`<div class="paper">
    <p>Signed for ${totals.map(formatMoney).join(", ")}</p>
    <div class="signed">
      ${[`Proposed by ${proposedBy}, ${on(publishedAt)}`, ...agreed].map(
        (who) => html`<p>${who}<br />Date and signature</p>`,
      )}
    </div>
  </div>`;
}
