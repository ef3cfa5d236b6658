import type { Hono } from "hono";
import { html } from "hono/html";
import { Problem } from "../core/problem.ts";
import { collectiveFormSpent } from "../core/problems/collective.ts";
import { neighbourhoodOf } from "./address.ts";
import { buckets } from "./buckets.ts";
import type { WebContext, WebEnv } from "./env.ts";
import type { Html } from "./page.ts";
import { layout } from "./parts/layout.ts";
import { problemNote } from "./parts/problem.ts";
import { problemAnswer, tooMany } from "./problem-answer.ts";
import { statusOf } from "./status-of.ts";
import type { WebParts } from "./types.ts";

/** As for the forms of secrets: a link has 256 bits, this only keeps the noise down. */
const formRate = { burst: 10, everySeconds: 30 };
const minutes = 15;
const path = "/collective-token";

/**
 * The one-time form for a person's own token of Open Collective. The link alone opens it; opening it spends nothing,
 * because chat programs fetch links. The token is sealed as it comes in and shown to nobody again.
 */
export function serveCollectiveToken(app: Hono<WebEnv>, parts: WebParts): void {
  const rate = buckets(parts.clock, formRate);
  const page = (context: WebContext, title: string, body: Html) =>
    layout({ parts, member: context.get("member") }, { title, at: path, body });

  app.get(path, (context) => {
    context.header("Cache-Control", "no-store");
    const { token = "", done } = context.req.query();
    if (done !== undefined) return context.html(page(context, "The token is in", thanks()));
    if (parts.collective.findForm(token) === undefined)
      return problemAnswer(context, parts, collectiveFormSpent({ minutes }), 422);
    return context.html(page(context, "Put in your token", formPage(token)));
  });

  app.post(path, async (context) => {
    context.header("Cache-Control", "no-store");
    const wait = rate.take(neighbourhoodOf(context.get("address")));
    if (wait > 0) return tooMany(context, parts, wait);
    const { token, value } = await context.req.parseBody();
    if (typeof token !== "string" || parts.collective.findForm(token) === undefined)
      return problemAnswer(context, parts, collectiveFormSpent({ minutes }), 422);
    try {
      await parts.collective.spendForm(token, typeof value === "string" ? value : "");
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const isOpen = parts.collective.findForm(token) !== undefined;
      if (!isOpen) return problemAnswer(context, parts, thrown, statusOf(thrown.code));
      return context.html(page(context, "Put in your token", formPage(token, thrown)), statusOf(thrown.code));
    }
    return context.redirect(`${path}?done=kept`, 303);
  });
}

function formPage(token: string, problem?: Problem): Html {
  return html`<h1>Your token of Open Collective</h1>
    ${problem !== undefined && problemNote(problem.text, "Not done")}
    <p>
      With it Tandem asks for your pay in your name. It is kept encrypted, used for nothing else, and shown to
      nobody again. This form works once, within ${minutes} minutes.
    </p>
    <form class="form" method="post" action="${path}">
      <input type="hidden" name="token" value="${token}" />
      <p>
        <label for="value">The token, from your profile's settings there, under For developers</label>
        <input
          id="value"
          name="value"
          type="password"
          required
          maxlength="200"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
        />
      </p>
      <p class="soft">Let it have the scopes account and expenses, and no others.</p>
      <p><button class="go" type="submit">Put it in</button></p>
    </form>
    <p class="soft">Did you not ask for it? Close this page: then nothing happens.</p>`;
}

function thanks(): Html {
  return html`<h1>The token is in</h1>
    <p>It is kept encrypted; the link counts for nothing any more.</p>
    <p>To end it: <code>collective forget-token</code>, and the same at Open Collective.</p>`;
}
