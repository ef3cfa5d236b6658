import { html } from "hono/html";
import type { Freshness } from "../../backups/index.ts";
import type { Html } from "../page.ts";
import { state } from "./state.ts";
import type { When } from "./time.ts";

/** Whether an app's data is safe: a word, and how it stands. */
export function backupState({ state: is, words }: Freshness): Html {
  return html`${state(wordFor(is))}<br /><span class="soft">${words}</span>`;
}

/** The same among the facts of one app, with the time. */
export function backupFacts(freshness: Freshness, when: When): Html {
  const { newestAt } = freshness;
  return html`<dt>Backup</dt>
    <dd>${backupState(freshness)}${newestAt !== null && html`, begun ${when.at(Date.parse(newestAt))}`}</dd>`;
}

function wordFor(is: Freshness["state"]): string {
  if (is === "fresh") return "safe";
  if (is === "idle") return "not deployed";
  return is === "red" ? "not safe" : "not backed up";
}
