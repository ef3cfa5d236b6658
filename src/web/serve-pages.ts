import type { Hono } from "hono";
import { redact } from "../core/secret.ts";
import type { WebContext, WebEnv } from "./env.ts";
import {
  mayOpen,
  type Download,
  type Form,
  type MemberVisit,
  type Page,
  type Shown,
  type Visit,
} from "./page.ts";
import { layout } from "./parts/layout.ts";
import { onceField } from "./parts/form.ts";
import { when } from "./parts/time.ts";
import { nothingHere } from "./problem-answer.ts";
import { downloads, forms, pages } from "./routes.ts";
import { say } from "./say.ts";
import { statusOf } from "./status-of.ts";
import { csvStream } from "./stream-csv.ts";
import type { WebParts } from "./types.ts";

/** Puts every page and form of the list on the web. */
export function servePages(app: Hono<WebEnv>, parts: WebParts): void {
  for (const page of pages) app.get(page.path, (context) => answerPage(context, parts, page));
  for (const form of forms) app.post(form.path, (context) => answerForm(context, parts, form));
  for (const one of downloads) app.get(one.path, (context) => answerDownload(context, parts, one));
}

/** A file of text under a name of its own. */
function answerDownload(
  context: WebContext,
  parts: WebParts,
  download: Download,
): Response | Promise<Response> {
  const member = context.get("member");
  if (member === null || !mayOpen(download.audience, member) || context.get("format") !== "html")
    return nothingHere(context, parts);
  const file = download.file({ ...visitOf(context, parts), member });
  if (file === undefined) return nothingHere(context, parts);
  return context.body(redact(file.text), 200, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Disposition": `attachment; filename="${file.name}"`,
  });
}

async function answerPage(context: WebContext, parts: WebParts, page: Page): Promise<Response> {
  const member = context.get("member");
  if (!mayOpen(page.audience, member)) return nothingHere(context, parts);
  const visit = visitOf(context, parts);
  const shown = await page.show(visit);
  const format = context.get("format");
  if (shown === undefined || (format === "csv" && shown.csv === undefined))
    return nothingHere(context, parts);
  if (format === "json") {
    return context.body(redact(JSON.stringify(shown.json)), 200, { "Content-Type": "application/json" });
  }
  if (format === "csv" && shown.csv !== undefined) {
    return context.body(csvStream(shown.csv), 200, { "Content-Type": "text/csv; charset=utf-8" });
  }
  return context.html(await whole(context, visit, shown));
}

/**
 * A form: said as a command. Done: 303 to where it shows. Not done: the page again, with why and what was
 * typed.
 */
async function answerForm(context: WebContext, parts: WebParts, form: Form): Promise<Response> {
  const member = context.get("member");
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(context.req.header("content-type") ?? "");
  if (member === null || context.get("through") !== "session" || !isForm || !mayOpen(form.audience, member)) {
    return nothingHere(context, parts);
  }
  const visit: MemberVisit = { ...visitOf(context, parts), member };
  const fields = textsOf(await context.req.parseBody());
  const words = form.words(visit, fields);
  if (words === undefined) return nothingHere(context, parts);
  const outcome = await say(
    parts,
    member,
    { via: "web", verified: context.get("verified") },
    { words },
    fields[onceField],
  );
  if (outcome.kind !== "problem") return context.redirect(await form.after(visit, outcome), 303);
  const { problem } = outcome;
  const again: Visit = { ...visit, refused: { problem, form: form.name, fields } };
  const shown = await form.page.show(again);
  if (shown === undefined) return nothingHere(context, parts);
  return context.html(await whole(context, again, shown), statusOf(problem.code));
}

/** The page as text, without anything that has the shape of a secret, wherever it came from. */
async function whole(context: WebContext, visit: Visit, shown: Shown): Promise<string> {
  const page = layout(visit, {
    title: shown.title,
    at: context.req.path,
    body: shown.body(),
    ...(shown.refreshSeconds !== undefined && { refreshSeconds: shown.refreshSeconds }),
  });
  return redact(String(await page));
}

function visitOf(context: WebContext, parts: WebParts): Visit {
  return {
    parts,
    member: context.get("member"),
    path: context.req.param(),
    query: context.req.query(),
    when: when(parts.settings.timeZone ?? "UTC"),
  };
}

/** Texts only: a form of ours sends no files and no field twice. */
function textsOf(body: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).filter((field): field is [string, string] => typeof field[1] === "string"),
  );
}
