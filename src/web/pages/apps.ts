import { html } from "hono/html";
import type { App } from "../../apps/types.ts";
import type { Freshness } from "../../backups/index.ts";
import type { Problem } from "../../core/problem.ts";
import { memberPage, type Html, type MemberVisit } from "../page.ts";
import { backupState } from "../parts/backup.ts";
import { link, pathOf } from "../parts/link.ts";
import { inline } from "../parts/message.ts";
import { problemNote } from "../parts/problem.ts";
import { state } from "../parts/state.ts";
import { table } from "../parts/table.ts";
import { within } from "../within.ts";

/** Apps with what is known of them now, and what stood in the way of knowing more. */
export interface AppRows {
  rows: { app: App; state: string; newest: string | null; backup: Freshness }[];
  problem?: Problem;
}

/** All apps of the co-op. */
export const appsPage = memberPage({
  path: "/apps",
  audience: "members",
  shows: "all apps with their state",
  async show(visit) {
    const apps = await appRows(visit);
    return {
      title: "Apps",
      body: () =>
        html`<h1>Apps</h1>
          ${appsTable(apps)}
          <p class="soft">
            ${inline("To ask for one, say `app new <recipe> <domain>`, then `app deploy <domain>`.")}
          </p>`,
      json: appStatesJson(apps),
      csv: {
        head: ["domain", "recipe", "version", "newest", "server", "state", "backup", "backed up at"],
        rows: apps.rows.map(({ app, state, newest, backup }) => [
          app.domain,
          app.recipe,
          app.version,
          newest,
          app.server,
          state,
          backup.state,
          backup.newestAt,
        ]),
      },
    };
  },
});

/** Asks the servers, for a little while; without an answer the apps are listed with an unknown state. */
export async function appRows({ parts }: Pick<MemberVisit, "parts">): Promise<AppRows> {
  const asked = await within(parts.clock, parts.apps.status());
  const safe = new Map(parts.backups.freshnessOfAll().map((one) => [one.app, one]));
  const backup = ({ domain }: App): Freshness => safe.get(domain) ?? parts.backups.freshness(domain);
  if ("value" in asked) return { rows: asked.value.map((row) => ({ ...row, backup: backup(row.app) })) };
  const rows = parts.apps.list().map((app) => ({ app, state: "unknown", newest: null, backup: backup(app) }));
  return { rows, problem: asked.problem };
}

export function appsTable({ rows, problem }: AppRows): Html {
  return html`${problem !== undefined && problemNote(problem.text)}
  ${table({
    id: "apps",
    caption: "Apps of the co-op",
    quietCaption: true,
    columns: [
      { head: "Domain" },
      { head: "State" },
      { head: "Backup" },
      { head: "Recipe" },
      { head: "Version" },
      { head: "Server" },
    ],
    rows: rows.map(({ app, state: word, newest, backup }) => [
      link(pathOf("apps", app.domain), app.domain),
      state(word),
      backupState(backup),
      app.recipe,
      version(app.version, newest),
      app.server,
    ]),
    empty: inline("No apps yet: the rack is empty. Say `app new <recipe> <domain>` to ask for the first."),
  })}`;
}

function version(current: string | null, newest: string | null): Html {
  if (current === null) return html`<span class="soft">not deployed yet</span>`;
  return newest === null || newest === current
    ? html`${current}`
    : html`${current}<br /><span class="soft">${newest} is out</span>`;
}

export function appStatesJson({ rows, problem }: AppRows): object {
  return { apps: rows.map(({ app, ...rest }) => ({ ...app, ...rest })), problem: problem ?? null };
}
