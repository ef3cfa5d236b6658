import type { HtmlEscapedString } from "hono/utils/html";
import type { Problem } from "../core/problem.ts";
import type { Role } from "../core/terms.ts";
import type { Member } from "../people/index.ts";
import type { Outcome } from "../router/index.ts";
import type { CsvCell } from "../core/csv.ts";
import type { When } from "./parts/time.ts";
import type { WebParts } from "./types.ts";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Who may open a page. There is no default: whoever writes a page says for whom it is. */
export type Audience = "everyone" | "members" | readonly Role[];

/** One request, as a page sees it. */
export interface Visit {
  parts: WebParts;
  /** Null: nobody whom we know. */
  member: Member | null;
  /** The parameters of the path, decoded. */
  path: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  /** How times are written for this co-op. */
  when: When;
  /** Set when a form of this page was sent and not carried out: what stood in the way, and what was typed. */
  refused?: { problem: Problem; form: string; fields: Readonly<Record<string, string>> };
}

/** A visit of somebody whom we know. */
export type MemberVisit = Visit & { member: Member };

/** What a page answers with. */
export interface Shown {
  title: string;
  /** Everything inside `<main>`, beginning with the one `<h1>`. */
  body: () => Html;
  /** What the page's address with `.json` answers: plain data, times as ISO text. */
  json: unknown;
  /** What the page's address with `.csv` answers, where the page is a table. */
  csv?: { head: readonly string[]; rows: Iterable<readonly CsvCell[]> };
  /** Loads itself again after so many seconds. Only with a link on the page that stops it. */
  refreshSeconds?: number;
}

export interface Page {
  /** As Hono writes it: `/runs/:id`. */
  path: string;
  audience: Audience;
  /** For the golden list of routes: what it shows. */
  shows: string;
  /** Undefined: there is no such thing, or not for this visitor. Both look the same from outside. */
  show(visit: Visit): Shown | undefined | Promise<Shown | undefined>;
}

/** A page for signed-in people: `show` knows who visits. */
export function memberPage(
  page: Omit<Page, "show" | "audience"> & {
    audience: Exclude<Audience, "everyone">;
    show(visit: MemberVisit): Shown | undefined | Promise<Shown | undefined>;
  },
): Page {
  return { ...page, show: (visit) => (isKnown(visit) ? page.show(visit) : undefined) };
}

/** A form of a page: sent by POST, carried out as a command, answered by a redirect (303). */
export interface Form {
  path: string;
  audience: Exclude<Audience, "everyone">;
  /** Its name in `visit.refused.form`. */
  name: string;
  /** The page that it stands on: shown again, with the problem, when the command is not carried out. */
  page: Page;
  /** The command that it says, word by word. Undefined: nothing to say it about, or not for this visitor. */
  words(visit: MemberVisit, fields: Readonly<Record<string, string>>): string[] | undefined;
  /** Where to go afterwards, by what came of the command. */
  after(visit: MemberVisit, outcome: Outcome): string | Promise<string>;
}

/** A file of text that is made for whoever asks for it. */
export interface Download {
  path: string;
  audience: Exclude<Audience, "everyone">;
  shows: string;
  /** The name holds letters, digits, dots and hyphens only. Undefined: there is none, or not for this visitor. */
  file(visit: MemberVisit): { name: string; text: string } | undefined;
}

/** Whether the visitor belongs to the audience. */
export function mayOpen(audience: Audience, member: Member | null): boolean {
  if (audience === "everyone") return true;
  if (member === null) return false;
  if (audience === "members") return true;
  return member.roles.some((role) => audience.includes(role));
}

function isKnown(visit: Visit): visit is MemberVisit {
  return visit.member !== null;
}
