import { html } from "hono/html";
import type { ApprovalView } from "../../approvals/types.ts";
import type { RunSummary } from "../../workflow/types.ts";
import { maySeeRun } from "../../approvals/index.ts";
import type { Html, MemberVisit, Page, Shown, Visit } from "../page.ts";
import { approvalJson, questionCards } from "../parts/approval.ts";
import { link } from "../parts/link.ts";
import { inline } from "../parts/message.ts";
import { tandem } from "../parts/tandem.ts";
import { publicBooksPath } from "./books-public.ts";
import { appRows, appStatesJson, appsTable, type AppRows } from "./apps.ts";
import { runJson, runsTable } from "./runs.ts";

const mostRuns = 10;

/** The first page: for strangers what this is, for members what waits for them. */
export const homePage: Page = {
  path: "/",
  audience: "everyone",
  shows: "strangers: what this is and how to sign in; members: what waits for them, apps, latest runs",
  show: (visit) => (visit.member === null ? forStrangers(visit) : forMembers(visit as MemberVisit)),
};

function forStrangers({ parts }: Visit): Shown {
  const { coopName } = parts.settings;
  return {
    title: "Welcome",
    json: { coop: coopName, signIn: "Send `!tandem web` to the bot; it answers with a link." },
    body: () =>
      html`<h1>${coopName} rides a tandem</h1>
        ${tandem("tandem picture")}
        <p>
          ${coopName} hosts apps for its members, together. Whatever changes here is said in a room, agreed by
          the people whom it concerns, carried out step by step, and written down so that every member can
          check it.
        </p>
        <h2>Sign in</h2>
        <p>There are no passwords. Send this to the bot in Matrix:</p>
        <pre>!tandem web</pre>
        <p>It answers in a direct message with a link that signs you in once, within 5 minutes.</p>
        ${
          parts.settings.publicBooks === true &&
          html`<h2>Open books</h2>
            <p>${link(publicBooksPath, "What came in and what it was spent on")}, month by month.</p>`
        }
        <h2>Read on</h2>
        <p>
          ${link("/docs/members", "Your first week as a member")} · ${link("/docs", "The whole manual")}
        </p>`,
  };
}

async function forMembers(visit: MemberVisit): Promise<Shown> {
  const { parts, member } = visit;
  const waiting = parts.approvals.waitingFor(member.name);
  const apps = await appRows(visit);
  const runs = parts.runs
    .list({ limit: mostRuns * 5 })
    .filter((run) => maySeeRun(member, run, parts))
    .slice(0, mostRuns);
  return {
    title: "Home",
    body: () => body(visit, waiting, apps, runs),
    json: {
      member: { name: member.name, displayName: member.displayName, roles: member.roles },
      waitsForYou: waiting.map(approvalJson),
      apps: appStatesJson(apps),
      runs: runs.map(runJson),
    },
  };
}

function body(visit: MemberVisit, waiting: ApprovalView[], apps: AppRows, runs: RunSummary[]): Html {
  return html`<h1>Hello ${visit.member.displayName}</h1>
    <h2>Waits for you</h2>
    ${
      waiting.length > 0
        ? questionCards(waiting, visit.when)
        : html`<p class="empty">Nothing waits for you. Enjoy the ride.</p>`
    }
    <h2>Apps</h2>
    ${appsTable(apps)}
    <h2>Latest runs</h2>
    ${runsTable(runs, visit.when, "Latest runs")}
    ${runs.length > 0 && html`<p class="way">${link("/runs", "All runs")}</p>`}
    ${
      visit.parts.settings.publicBooks === true &&
      html`<p class="way">${link(publicBooksPath, "Our books, month by month")}</p>`
    }
    <p class="soft">
      ${inline("Everything on these pages can be said in the room as well; `help` lists it.")}
    </p>`;
}
