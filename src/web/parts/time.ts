import { html } from "hono/html";
import type { Html } from "../page.ts";

/** Times as the co-op writes them: in words and with the zone, so that a print says it all. */
export interface When {
  /** `24 Nov 2026, 09:12 UTC`; the machine-readable time beside it. */
  at(ms: number): Html;
  /** The same as text. */
  text(ms: number): string;
}

/** Times in an IANA zone. */
export function when(timeZone: string): When {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  });
  const text = (ms: number): string => format.format(ms);
  return { text, at: (ms) => html`<time datetime="${new Date(ms).toISOString()}">${text(ms)}</time>` };
}

/** A length of time in words, two units at most: `0.4 s`, `12 s`, `3 min 5 s`, `2 h`, `4 d 3 h`. */
export function lengthOf(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1).replace(/\.0$/, "")} s`;
  const units: [string, number][] = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ];
  const seconds = Math.round(ms / 1000);
  const from = units.findIndex(([, size]) => seconds >= size);
  const [large, small] = units.slice(from, from + 2);
  if (large === undefined) return "0 s";
  const rest = small === undefined ? 0 : Math.floor((seconds % large[1]) / small[1]);
  const first = `${Math.floor(seconds / large[1])} ${large[0]}`;
  return rest === 0 || small === undefined ? first : `${first} ${rest} ${small[0]}`;
}
