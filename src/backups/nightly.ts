/** Which apps are backed up when: pure, so that a night of fifty apps can be looked at without taking one. */
import { sha256 } from "../core/canonical.ts";
import { durationMs } from "../core/clock.ts";
import type { AppDomain } from "../core/terms.ts";
import { minuteOfDay, readWindow, type DayWindow } from "../core/window.ts";

/** An app as the plan of a night sees it. */
export interface NightApp {
  app: AppDomain;
  server: string;
  repository: string;
  /** As its policy writes it, such as `01:00-05:00`. */
  window: string;
  /** When its last backup that is there was begun; null: never. */
  lastAt: string | null;
}

export interface NightEntry {
  app: AppDomain;
  /** Ms since 1970; not after now for one that was missed. */
  atMs: number;
  /** Tandem was away when its time came. */
  isMadeUp: boolean;
}

const dayMs = durationMs("1d");
const minuteMs = 60_000;
/** The last quarter of a window is kept for what takes longer. */
const usedPart = 0.75;

/**
 * What is to be backed up from now until `untilMs`, in lanes: each lane goes one by one, lanes go side by side. Apps
 * that share a server or a repository are in one lane, so that no node is read twice at a time and no repository is
 * written twice at a time. Inside its window each app has its own minute, which stays the same from night to night.
 */
export function planNight(
  apps: readonly NightApp[],
  { nowMs, untilMs, timeZone }: { nowMs: number; untilMs: number; timeZone: string },
): NightEntry[][] {
  const entries = apps.flatMap((app) => {
    const entry = momentOf(app, { nowMs, untilMs, timeZone });
    return entry === null ? [] : [{ ...app, entry }];
  });
  return lanesOf(entries).map((lane) =>
    lane
      .map(({ entry }) => entry)
      .sort((a, b) => a.atMs - b.atMs || (a.app < b.app ? -1 : a.app > b.app ? 1 : 0)),
  );
}

/** The minute of the day at which an app's turn comes: spread over its window by its name, whoever else there is. */
export function minuteFor(app: string, window: DayWindow): number {
  const length = (window.until - window.from + 1440) % 1440 || 1440;
  const share = Number.parseInt(sha256(app).slice(0, 8), 16) / 0x1_0000_0000;
  return (window.from + Math.floor(share * length * usedPart)) % 1440;
}

function momentOf(
  { app, window: text, lastAt }: NightApp,
  { nowMs, untilMs, timeZone }: { nowMs: number; untilMs: number; timeZone: string },
): NightEntry | null {
  const window = readWindow(text);
  if (window === undefined) throw new RangeError(`${text} is no part of the day`);
  const minute = minuteFor(app, window);
  const now = minuteOfDay(nowMs, timeZone);
  const wait = (minute - now + 1440) % 1440;
  const nextMs = nowMs + wait * minuteMs;
  // How long the window in which its last turn fell has been open.
  const sinceOpenMs = ((now - window.from + 1440) % 1440) * minuteMs;
  const isInWindow = sinceOpenMs < ((window.until - window.from + 1440) % 1440 || 1440) * minuteMs;
  const isStillToCome = isInWindow && (minute - window.from + 1440) % 1440 >= sinceOpenMs / minuteMs;
  const openedMs = nowMs - sinceOpenMs - (isStillToCome ? dayMs : 0);
  const isMissed = lastAt === null || Date.parse(lastAt) < openedMs;
  if (isMissed && !isStillToCome) return { app, atMs: nowMs, isMadeUp: true };
  return nextMs < untilMs ? { app, atMs: nextMs, isMadeUp: false } : null;
}

/** Groups whatever shares a server or a repository, directly or by way of others. */
function lanesOf<T extends { server: string; repository: string }>(apps: readonly T[]): T[][] {
  const lanes: { names: Set<string>; apps: T[] }[] = [];
  for (const app of apps) {
    const names = new Set([`server ${app.server}`, `repository ${app.repository}`]);
    const joined = lanes.filter((lane) => [...names].some((name) => lane.names.has(name)));
    for (const lane of joined) {
      lanes.splice(lanes.indexOf(lane), 1);
      for (const name of lane.names) names.add(name);
    }
    lanes.push({ names, apps: [...joined.flatMap((lane) => lane.apps), app] });
  }
  return lanes.map((lane) => lane.apps);
}
