import { html } from "hono/html";
import { Problem } from "../../core/problem.ts";
import { formatMoney } from "../../core/money.ts";
import { isoOf } from "../../core/clock.ts";
import { memberPage, type Html, type MemberVisit } from "../page.ts";
import { pathOf } from "../parts/link.ts";
import { table } from "../parts/table.ts";
import type { WebParts } from "../types.ts";

export const bankFilePath = "/payouts/:id/bank-file";
const dayMs = 86_400_000;

type Batch = ReturnType<WebParts["bank"]["batch"]>;

/** What a batch pays by bank, and the form that makes a file of it. The account numbers only pass through. */
export const bankFilePage = memberPage({
  path: bankFilePath,
  audience: ["treasurer"],
  shows: "what a batch pays by bank, and the form that makes the file for it",
  show(visit) {
    const batch = find(visit);
    if (batch === undefined) return undefined;
    // The co-op's own account is for the machine that makes the file.
    const { period, payables } = batch;
    const json = { batch: batch.batch, period, payables };
    return { title: `Bank file of ${batch.batch}`, body: () => body(visit, batch), json };
  },
});

function find({ parts, path }: MemberVisit): Batch | undefined {
  try {
    return parts.bank.batch(path["id"] ?? "");
  } catch (thrown) {
    if (thrown instanceof Problem) return undefined;
    throw thrown;
  }
}

function body({ parts }: MemberVisit, { batch, period, payables }: Batch): Html {
  const inEuros = payables.filter(({ currency }) => currency === "EUR");
  const others = payables.length - inEuros.length;
  return html`<h1>Bank file of ${batch}</h1>
    <p>What is paid by bank for work in ${period}. It counts as paid when the bank's statement says so.</p>
    ${table({
      id: "payments",
      caption: "Payments by bank",
      columns: [
        { head: "Member" },
        { head: "Amount", number: true },
        { head: "State" },
        { head: "Reference" },
      ],
      empty: "This batch has nothing to pay by bank.",
      rows: payables.map(({ member, amountMinor, currency, state, reference }) => [
        member,
        formatMoney({ amountMinor: BigInt(amountMinor), currency }),
        standing(state, currency),
        reference,
      ]),
    })}
    ${others > 0 && html`<p>${others} of them in other currencies than EUR do not go into the file.</p>`}
    ${inEuros.length > 0 && form(batch, isoOf(parts.clock.now() + dayMs).slice(0, 10))}`;
}

function standing(state: string, currency: string): string {
  if (state === "asked") return "with the bank already: in no later file";
  return currency === "EUR" ? "goes into the file" : "not in EUR: transferred by hand, with the reference";
}

function form(batch: string, on: string): Html {
  return html`<h2>Make the file</h2>
    <p>
      Your file of payees is read once, in memory, and kept nowhere. To keep it on your own machine
      altogether, use
      <code>tandem bank-file ${batch}</code> there.
    </p>
    <form
      class="form"
      method="post"
      action="${pathOf("payouts", batch, "bank-file")}"
      enctype="multipart/form-data"
    >
      <p>
        <label for="payees">Your file of payees (member,name,iban,bic)</label>
        <input id="payees" name="payees" type="file" accept=".csv,text/csv" required />
      </p>
      <p>
        <label for="on">Day of payment</label>
        <input id="on" name="on" type="date" value="${on}" required />
      </p>
      <p><button class="go" type="submit">Make the file</button></p>
    </form>
    <p class="soft">When the bank has it: <code>payout asked ${batch}</code></p>`;
}
