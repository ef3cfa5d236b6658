/** What begins by itself: the workflows that schedules start, and when. */
import type { Config } from "../config.ts";
import { cronOf, readWindow } from "../core/window.ts";
import type { Engine } from "../workflow/index.ts";

/** Workflows that no command starts: those on a schedule, those that one of these begins, and what the books begin. */
export const startedOtherwise = [
  "watch-versions",
  "propose-upgrade",
  "upgrade-by-policy",
  "watch-images",
  "backup-nightly",
  "backup-late",
  "backup",
  "forget-backups",
  "check-repositories",
  "drill-monthly",
  "check-repository",
  "work-reminders",
  "stripe-events",
  "stripe-books",
  "billing-remind",
  "keep-journal",
  "collective-books",
  "billing-transfer",
] as const;

/** Workflows that others begin as a part of theirs. */
export const partsOfOthers = ["take-backup", "restore-data", "drill-trial", "ask-collective"] as const;

/** Not on the hour: then everybody asks. */
const minute = 17;
/** On Mondays in the morning, when somebody is there to read it. */
const weekly = `${minute} 9 * * 1`;

/** On Sundays at noon: whole disks are read, and nobody waits for an app. */
const sundays = `${minute} 12 * * 0`;

/** In the morning, when the backups of the night are there and nobody's app is busy yet. */
const morning = `${minute} 6 * * *`;

/** Early enough for the first morning of a month's last day anywhere, also in a February. */
const beforeMonthsEnd = `${minute} 0 27 * *`;

/** What is polled because nobody tells of it reliably. */
const hourly = `${minute} * * * *`;

/** When treasurers come, the books know of yesterday. */
const beforeWork = `${minute} 5 * * *`;

/** A word about money comes when one can do something about it. */
const lateMorning = `${minute} 10 * * *`;

/**
 * Sets the schedules. Called once, before the journal is taken up, for it can refuse. `admit` throws while nothing new
 * may begin: what is due then is tried again until it may.
 */
export function setSchedules(
  engine: Pick<Engine, "schedule">,
  config: Pick<Config, "upgrades" | "backups" | "work" | "stripe" | "collective" | "books" | "web">,
  admit: () => void,
): void {
  const { upgrades, backups, work, stripe, collective, books } = config;
  const { timeZone } = config.web;
  const at = (name: (typeof startedOtherwise)[number], cron: string): void =>
    engine.schedule(name, cron, timeZone, () => {
      admit();
      return { workflow: name, input: {} };
    });
  const window = readWindow(upgrades.window);
  const night = readWindow(backups.window);
  at("watch-versions", `${minute} */${upgrades.everyHours} * * *`);
  if (window !== undefined) at("upgrade-by-policy", cronOf(window));
  if (upgrades.images) at("watch-images", weekly);
  if (night !== undefined) {
    at("backup-nightly", cronOf(night));
    at("backup-late", cronOf({ from: night.until % 1440, until: night.from }));
  }
  at("check-repositories", sundays);
  if (backups.drills) at("drill-monthly", morning);
  if (work.reminders) at("work-reminders", beforeMonthsEnd);
  if (books.git !== undefined) at("keep-journal", morning);
  if (collective.slug !== undefined && collective.tokenFile !== undefined) at("collective-books", hourly);
  if (stripe.secretKeyFile === undefined) return;
  at("stripe-events", hourly);
  at("stripe-books", beforeWork);
  if (stripe.reminders) at("billing-remind", lateMorning);
}
