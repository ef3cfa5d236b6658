import { html } from "hono/html";
import type { ApprovalView, VoiceRow } from "../../approvals/types.ts";
import type { Html } from "../page.ts";
import { link, pathOf } from "./link.ts";
import { firstLine } from "./message.ts";
import type { When } from "./time.ts";

/** Where an approval has its page: its id is `run/step key`. */
export function approvalPath({ id, run }: Pick<ApprovalView, "id" | "run">): string {
  return pathOf("approvals", run, id.slice(run.length + 1));
}

/** The voices that count, as `1 of 2`. */
export function tally(approval: Pick<ApprovalView, "voices" | "needed">): string {
  const yes = approval.voices.filter((voice) => voice.says === "yes" && !voice.withdrawn).length;
  return `${yes} of ${approval.needed}`;
}

/** Open questions as a list of cards. */
export function questionCards(approvals: readonly ApprovalView[], when: When): Html {
  return html`<ul class="cards">
    ${approvals.map(
      (approval) =>
        html`<li>
          <p class="title">${link(approvalPath(approval), firstLine(approval.question))}</p>
          <p class="soft">
            ${approval.asker === null ? "By schedule" : `Asked by ${approval.asker}`} · ${tally(approval)}
            ${approval.needed === 1 ? "voice" : "voices"} · until ${when.at(approval.expiresAt)}
          </p>
        </li>`,
    )}
  </ul>`;
}

/** An approval as the JSON face shows it: times as ISO text. */
export function approvalJson(approval: ApprovalView): object {
  const { openedAt, expiresAt, settledAt, voices, ...rest } = approval;
  return {
    ...rest,
    openedAt: new Date(openedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    settledAt: settledAt === null ? null : new Date(settledAt).toISOString(),
    voices: voices.map((voice) => ({ ...voice, at: new Date(voice.at).toISOString() })),
  };
}

export function voiceWord(voice: VoiceRow): string {
  if (voice.withdrawn) return "withdrawn";
  return voice.says === "yes" ? "approved" : "declined";
}
