import { html } from "hono/html";
import type { App, DeployRecord } from "../../apps/types.ts";
import type { Problem } from "../../core/problem.ts";
import type { ServiceRow } from "../../swarm/types.ts";
import { memberPage, type Html, type MemberVisit } from "../page.ts";
import { backupFacts } from "../parts/backup.ts";
import { billingFacts } from "../parts/billing.ts";
import { link, pathOf } from "../parts/link.ts";
import { problemNote } from "../parts/problem.ts";
import { state } from "../parts/state.ts";
import { table } from "../parts/table.ts";
import { within } from "../within.ts";
import { runsTable } from "./runs.ts";

interface Known {
  app: App;
  /** Newest first. */
  deploys: DeployRecord[];
  services: ServiceRow[];
  problem?: Problem;
}

/** One app: what runs of it, and every deploy it had. */
export const appPage = memberPage({
  path: "/apps/:domain",
  audience: "members",
  shows: "an app: state, services, deploy history",
  async show(visit) {
    const app = findApp(visit);
    if (app === undefined) return undefined;
    const asked = await within(visit.parts.clock, visit.parts.apps.services(app.domain));
    const known: Known = {
      app,
      deploys: deploysOf(visit, app),
      ...("value" in asked ? { services: asked.value } : { services: [], problem: asked.problem }),
    };
    return {
      title: app.domain,
      body: () => body(visit, known),
      json: {
        ...app,
        backup: visit.parts.backups.freshness(app.domain),
        billing: visit.parts.billing.planOf(`app/${app.domain}`) ?? null,
        services: known.services,
        problem: known.problem ?? null,
        deploys: known.deploys.map(({ specs: _specs, ...deploy }) => deploy),
      },
      csv: {
        head: ["id", "version", "outcome", "why", "asked by", "run", "begun at", "ended at"],
        rows: known.deploys.map((deploy) => [
          deploy.id,
          deploy.version,
          deploy.outcome,
          deploy.reason,
          deploy.askedBy,
          deploy.run,
          deploy.startedAt,
          deploy.finishedAt,
        ]),
      },
    };
  },
});

/** The app that the path names. */
export function findApp({ parts, path }: MemberVisit): App | undefined {
  const domain = path["domain"] ?? "";
  return parts.apps.list().find((app) => app.domain === domain);
}

/** Every deploy of an app, newest first. */
export function deploysOf({ parts }: MemberVisit, app: App): DeployRecord[] {
  return parts.apps.history(app.domain).toSorted((a, b) => b.id - a.id);
}

function body(visit: MemberVisit, { app, deploys, services, problem }: Known): Html {
  const lock = `app ${app.domain}`;
  const open = visit.parts.runs.list({ open: true, lock });
  return html`<p class="way">${link("/apps", "Apps")}</p>
    <h1>${app.domain}</h1>
    ${problem !== undefined && problemNote(problem.text)} ${facts(visit, app)}
    ${
      open.length > 0 &&
      html`<h2>Under way</h2>
        ${runsTable(open, visit.when, `Runs that work on ${app.domain}`)}`
    }
    <h2>Services</h2>
    ${servicesTable(services, problem)}
    <h2>Deploys</h2>
    ${deploysTable(visit, app, deploys)}`;
}

function facts({ parts, when }: MemberVisit, app: App): Html {
  return html`<dl class="facts">
    <dt>Recipe</dt>
    <dd>${link(pathOf("recipes", app.recipe), app.recipe)}</dd>
    <dt>Version</dt>
    <dd>${app.version ?? "not deployed yet"}</dd>
    <dt>Server</dt>
    <dd>${app.server}, as stack <code>${app.stack}</code></dd>
    ${backupFacts(parts.backups.freshness(app.domain), when)}
    <dt>Restore</dt>
    <dd>${parts.backups.drillWords({ app: app.domain }).map((line) => html`<span>${line}</span><br />`)}</dd>
    ${billingFacts(parts.billing.planOf(`app/${app.domain}`))}
    <dt>Asked for by</dt>
    <dd>${app.createdBy}, ${when.at(Date.parse(app.createdAt))}</dd>
  </dl>`;
}

function servicesTable(services: readonly ServiceRow[], problem: Problem | undefined): Html {
  return table({
    id: "services",
    caption: "Services that run",
    quietCaption: true,
    columns: [
      { head: "Service" },
      { head: "Running", number: true },
      { head: "Image" },
      { head: "Last update" },
    ],
    rows: services.map((row) => [
      row.service,
      row.wanted === null ? row.running : `${row.running} of ${row.wanted}`,
      image(row.image),
      row.update ?? "",
    ]),
    empty:
      problem === undefined
        ? "Nothing of it runs: the wheels stand still."
        : "Not known while the server is silent.",
  });
}

/** The name that people know, and enough of the digest to compare. */
function image(full: string): Html {
  const [name = "", digest] = full.split("@sha256:");
  return html`<span class="mono">${name}</span>${
      digest !== undefined && html`<br /><span class="soft mono">sha256:${digest.slice(0, 12)}…</span>`
    }`;
}

function deploysTable({ when }: MemberVisit, app: App, deploys: readonly DeployRecord[]): Html {
  return table({
    id: "deploys",
    caption: "Every deploy, newest first",
    quietCaption: true,
    columns: [
      { head: "Deploy", number: true },
      { head: "Version" },
      { head: "Outcome" },
      { head: "Asked by" },
      { head: "Begun" },
      { head: "Run" },
    ],
    rows: deploys.map((deploy) => [
      link(pathOf("apps", app.domain, "deploys", deploy.id), `No. ${deploy.id}`),
      deploy.version ?? "",
      html`${state(deploy.outcome)}${deploy.reason !== null && html`<br /><span>${deploy.reason}</span>`}`,
      deploy.askedBy ?? "schedule",
      when.at(Date.parse(deploy.startedAt)),
      link(pathOf("runs", deploy.run), deploy.run),
    ]),
    empty: html`It was never deployed. Say <code>app deploy ${app.domain}</code> in the room.`,
  });
}
