import { html } from "hono/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Problem } from "../core/problem.ts";
import { pageUnknown, tooManyTries } from "../core/problems/web.ts";
import type { WebContext } from "./env.ts";
import { layout } from "./parts/layout.ts";
import { problemNote, problemText } from "./parts/problem.ts";
import { tandem } from "./parts/tandem.ts";
import type { WebParts } from "./types.ts";

/** A problem as the whole answer: a page for people, JSON where JSON was asked for. */
export function problemAnswer(
  context: WebContext,
  parts: WebParts,
  problem: Problem,
  status: ContentfulStatusCode,
): Response | Promise<Response> {
  context.header("Cache-Control", "no-store");
  if (context.get("format") !== "html") return context.json({ ok: false, problem }, status);
  const unknown = problem.code === pageUnknown.code;
  const title = unknown ? "Nothing here" : "That did not work";
  return context.html(
    layout(
      { parts, member: context.get("member") },
      {
        title,
        at: "",
        body: html`<h1>${unknown ? "No road leads here" : title}</h1>
          ${unknown ? html`${tandem("tandem picture")}${problemText(problem.text)}` : problemNote(problem.text)}`,
      },
    ),
    status,
  );
}

/** The one answer for what is not there and for what one may not see. */
export function nothingHere(context: WebContext, parts: WebParts): Response | Promise<Response> {
  const path = new URL(context.req.url).pathname.slice(0, 200);
  return problemAnswer(context, parts, pageUnknown({ path, signedIn: context.get("member") !== null }), 404);
}

export function tooMany(context: WebContext, parts: WebParts, seconds: number): Response | Promise<Response> {
  context.header("Retry-After", String(seconds));
  return problemAnswer(context, parts, tooManyTries({ seconds }), 429);
}
