/** Whether an app's data would survive its server: by its newest proven backup, and how old that may be. */
import type { App } from "../apps/index.ts";
import { durationMs } from "../core/clock.ts";
import type { AppDomain } from "../core/terms.ts";
import type { BackupPolicy } from "./types.ts";
import type { Deployed } from "./undeployed.ts";

/** Backups are taken daily; two hours are for the night's spread and for those that take long. */
export const freshHours = 26;
const hourMs = durationMs("1h");

export interface Freshness {
  app: AppDomain;
  /**
   * `fresh`: there is a proven backup that is young enough. `red`: there is none. `off`: its policy says that nobody
   * backs it up. `none`: there is no repository for it. `idle`: it is not deployed, so nothing of it can be backed up.
   */
  state: "fresh" | "red" | "off" | "none" | "idle";
  /** When the newest proven backup was begun; null: there is none. */
  newestAt: string | null;
  /** In words, for lists; begins with a small letter. */
  words: string;
}

/** Pure: what `newestAt` means for this app at `nowMs`. */
export function freshnessOf(
  app: Pick<App, "domain">,
  facts: {
    policy: Pick<BackupPolicy, "repository" | "mode">;
    newestAt: string | null;
    deployed: Deployed;
    nowMs: number;
  },
): Freshness {
  const { policy, newestAt, deployed, nowMs } = facts;
  const found = (state: Freshness["state"], words: string): Freshness => ({
    app: app.domain,
    state,
    newestAt,
    words,
  });
  if (policy.mode === "off") return found("off", "not backed up, as its policy says");
  if (policy.repository === null) return found("none", "not backed up: there is no repository for it");
  if (deployed === "never") return found("idle", "nothing to back up yet");
  const ageMs = nowMs - Date.parse(newestAt ?? "");
  const age = `backed up ${ageInWords(ageMs)} ago`;
  if (deployed === "before")
    return found("idle", `not deployed; ${newestAt === null ? "no proven backup" : `last ${age}`}`);
  if (newestAt === null) return found("red", "no proven backup");
  if (ageMs <= freshHours * hourMs) return found("fresh", age);
  return found("red", `no proven backup for ${ageInWords(ageMs)}`);
}

/** `3 hours`, `5 days`: whole ones, rounded down. */
export function ageInWords(ms: number): string {
  const hours = Math.floor(ms / hourMs);
  if (hours < 1) return "less than an hour";
  const [count, word] = hours < 48 ? [hours, "hour"] : [Math.floor(hours / 24), "day"];
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
