import { html } from "hono/html";
import type { Message } from "../../chat/message.ts";
import { memberPage, type Html, type MemberVisit } from "../page.ts";
import { hiddenOnce, refusal } from "../parts/form.ts";
import { message } from "../parts/message.ts";

export const statementPath = "/books/statement";

/** The formats of `tandem money import bank`, and how people know them. */
export const statementFormats = [
  ["auto", "As the file says"],
  ["camt053", "CAMT.053 (XML)"],
  ["mt940", "MT940 (SWIFT)"],
  ["ofx", "OFX or QFX"],
  ["csv", "CSV, by the account's mapping"],
  ["json", "JSON"],
] as const;

/** The form by which a bank's statement gets into the books. */
export const statementPage = memberPage({
  path: statementPath,
  audience: ["treasurer"],
  shows: "the form by which a bank's statement gets into the books",
  show(visit) {
    const { statements } = visit.parts;
    const accounts = [...statements.accounts()];
    return {
      title: "A bank's statement",
      body: () => statementBody(visit, accounts),
      json: {
        accounts,
        formats: statementFormats.map(([format]) => format).filter((format) => format !== "auto"),
      },
    };
  },
});

/** With what came of the file that was just sent, if one was. */
export function statementBody(visit: MemberVisit, accounts: readonly string[], done?: Message): Html {
  const typed = visit.refused?.fields ?? {};
  return html`<h1>A bank's statement</h1>
    ${refusal(visit)} ${done !== undefined && taken(done)}
    <p>
      The file is taken whole or not at all. Lines that are in the books already add nothing, so whole months
      may overlap. What is checked: <a href="/docs/statements">the manual</a>.
    </p>
    <form class="form" method="post" action="${statementPath}" enctype="multipart/form-data">
      ${accounts.length === 0 ? namedAccount(typed["account"]) : knownAccount(accounts, typed["account"])}
      <p>
        <label for="format">Format</label>
        <select id="format" name="format" required>
          ${statementFormats.map(([format, name]) => option(format, name, typed["format"] === format))}
        </select>
      </p>
      <p>
        <label for="statement">The file, as the bank gave it</label>
        <input id="statement" name="statement" type="file" required />
      </p>
      <p><button class="go" type="submit">Take it into the books</button></p>
    </form>`;
}

/** Of the accounts in the settings, so that a slip of the hand opens no new one. */
function knownAccount(accounts: readonly string[], typed: string | undefined): Html {
  return html`<p>
    <label for="account">Account</label>
    <select id="account" name="account" required>
      ${accounts.map((name) => option(name, name, typed === name))}
    </select>
  </p>`;
}

function namedAccount(typed: string | undefined): Html {
  return html`<p>
    <label for="account">Account, by its name in the books</label>
    <input
      id="account"
      name="account"
      type="text"
      value="${typed ?? ""}"
      maxlength="100"
      pattern="[A-Za-z0-9_\\-]+"
      autocomplete="off"
      required
    />
  </p>`;
}

/** What came of the file, and the step that follows. */
function taken(done: Message): Html {
  return html`<div class="question" role="status">${message(done)}</div>
    <form class="after" method="post" action="/books/reconcile">
      ${hiddenOnce()}
      <p><button class="go" type="submit">Bring the books up to date</button></p>
    </form>
    <h2>Another statement</h2>`;
}

function option(value: string, name: string, isChosen: boolean): Html {
  return isChosen
    ? html`<option value="${value}" selected>${name}</option>`
    : html`<option value="${value}">${name}</option>`;
}
