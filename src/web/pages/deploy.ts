import { html } from "hono/html";
import type { App, DeployRecord } from "../../apps/types.ts";
import { hunks } from "../hunks.ts";
import { memberPage, type Html, type MemberVisit } from "../page.ts";
import { diff } from "../parts/diff.ts";
import { link, pathOf } from "../parts/link.ts";
import { state } from "../parts/state.ts";
import { lengthOf } from "../parts/time.ts";
import { specsText, withoutSecrets } from "../specs.ts";
import { deploysOf, findApp } from "./app.ts";

/** One deploy as it was rendered, and what it changed. */
export const deployPage = memberPage({
  path: "/apps/:domain/deploys/:id",
  audience: "members",
  shows: "a deploy: what it changed, its stored specs",
  show(visit) {
    const app = findApp(visit);
    if (app === undefined) return undefined;
    const deploys = deploysOf(visit, app);
    const index = deploys.findIndex((deploy) => String(deploy.id) === visit.path["id"]);
    const deploy = deploys[index];
    if (deploy === undefined) return undefined;
    const before = deploys[index + 1];
    const changes = changesBetween(before, deploy);
    return {
      title: `Deploy ${deploy.id} of ${app.domain}`,
      body: () => body(visit, app, deploy, before, changes),
      json: { ...deploy, specs: withoutSecrets(deploy.specs), before: before?.id ?? null, changes },
    };
  },
});

function changesBetween(before: DeployRecord | undefined, deploy: DeployRecord): string {
  const old = before === undefined ? "" : specsText(withoutSecrets(before.specs));
  return hunks(old, specsText(withoutSecrets(deploy.specs, before?.specs)));
}

function body(
  { when }: MemberVisit,
  app: App,
  deploy: DeployRecord,
  before: DeployRecord | undefined,
  changes: string,
): Html {
  const begun = Date.parse(deploy.startedAt);
  const ended = deploy.finishedAt === null ? null : Date.parse(deploy.finishedAt);
  return html`<p class="way">${link(pathOf("apps", app.domain), app.domain)}</p>
    <h1>Deploy ${deploy.id} of ${app.domain}</h1>
    <p>${state(deploy.outcome)}${deploy.reason !== null && html` <span>${deploy.reason}</span>`}</p>
    <dl class="facts">
      <dt>Version</dt>
      <dd>${deploy.version ?? "none"}</dd>
      <dt>Asked by</dt>
      <dd>${deploy.askedBy ?? "schedule"}</dd>
      <dt>Begun</dt>
      <dd>${when.at(begun)}${ended !== null && html`, took ${lengthOf(ended - begun)}`}</dd>
      <dt>Run</dt>
      <dd>${link(pathOf("runs", deploy.run), deploy.run)}</dd>
    </dl>
    <h2>What it changed</h2>
    ${whatChanged(app, before, changes)}
    <h2>What was deployed</h2>
    <details>
      <summary>The specs as they were sent to the server</summary>
      <pre>${specsText(withoutSecrets(deploy.specs))}</pre>
    </details>`;
}

function whatChanged(app: App, before: DeployRecord | undefined, changes: string): Html {
  if (before === undefined) return html`<p class="empty">It was the first: everything was new.</p>`;
  const against = html`<p class="soft">
    Compared with ${link(pathOf("apps", app.domain, "deploys", before.id), `deploy ${before.id}`)}. Of
    settings that look secret only the name is shown.
  </p>`;
  return changes === ""
    ? html`${against}
        <p class="empty">Nothing: it was the same again.</p>`
    : html`${against}${diff(changes)}`;
}
