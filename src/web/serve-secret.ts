import type { Hono } from "hono";
import { html } from "hono/html";
import type { SecretForm } from "../apps/index.ts";
import { Problem } from "../core/problem.ts";
import { secretFormSpent } from "../core/problems/care.ts";
import { neighbourhoodOf } from "./address.ts";
import { buckets } from "./buckets.ts";
import type { WebContext, WebEnv } from "./env.ts";
import type { Html } from "./page.ts";
import { layout } from "./parts/layout.ts";
import { problemNote } from "./parts/problem.ts";
import { problemAnswer, tooMany } from "./problem-answer.ts";
import { say } from "./say.ts";
import { statusOf } from "./status-of.ts";
import type { WebParts } from "./types.ts";

/** As for signing in: a token has 256 bits, this only keeps the noise down. */
const formRate = { burst: 10, everySeconds: 30 };
const minutes = 15;

/**
 * The one-time form for the value of a secret. The link alone opens it, as it was sent to one person; opening it
 * spends nothing, because chat programs fetch links. The value goes from the form into the swarm: it is in no
 * command, no log and no row, and is not shown again when something stood in the way.
 */
export function serveSecret(app: Hono<WebEnv>, parts: WebParts): void {
  const rate = buckets(parts.clock, formRate);
  const page = (context: WebContext, title: string, body: Html) =>
    layout({ parts, member: context.get("member") }, { title, at: "/secret", body });

  app.get("/secret", (context) => {
    context.header("Cache-Control", "no-store");
    const { token = "", done } = context.req.query();
    if (done !== undefined) return context.html(page(context, "The value is in", thanks(done === "rotates")));
    const form = parts.secretForms.find(token);
    if (form === undefined) return problemAnswer(context, parts, secretFormSpent({ minutes }), 422);
    return context.html(page(context, "Put in a secret", formPage(form, token)));
  });

  app.post("/secret", async (context) => {
    context.header("Cache-Control", "no-store");
    const wait = rate.take(neighbourhoodOf(context.get("address")));
    if (wait > 0) return tooMany(context, parts, wait);
    const fields = await context.req.parseBody();
    const [token, value] = [fields["token"], fields["value"]];
    const form = typeof token === "string" ? parts.secretForms.find(token) : undefined;
    if (form === undefined || typeof token !== "string") {
      return problemAnswer(context, parts, secretFormSpent({ minutes }), 422);
    }
    try {
      // Browsers send line ends of a text field as CR LF (HTML, "constructing the entry list").
      const text = typeof value === "string" ? value.replaceAll("\r\n", "\n") : "";
      await parts.secretForms.spend(token, text);
      if (form.rotates) await beginRotation(parts, form);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const again = parts.secretForms.find(token);
      if (again === undefined) return problemAnswer(context, parts, thrown, statusOf(thrown.code));
      const body = formPage(again, token, thrown);
      return context.html(page(context, "Put in a secret", body), statusOf(thrown.code));
    }
    return context.redirect(`/secret?done=${form.rotates ? "rotates" : "inserted"}`, 303);
  });
}

/** Through the one door, in the name of the person whose link it was. */
async function beginRotation(parts: WebParts, { member: name, app, secret }: SecretForm): Promise<void> {
  const member = parts.people.byName(name);
  if (member === undefined) throw secretFormSpent({ minutes });
  const words = ["app", "secret", "rotate", app, secret, "--inserted"];
  // Its link says who asked for it, and nothing of how sure that was.
  const outcome = await say(parts, member, { via: "web", verified: false }, { words }, undefined);
  if (outcome.kind === "problem") throw outcome.problem;
}

function formPage({ app, secret, version, rotates }: SecretForm, token: string, problem?: Problem): Html {
  return html`<h1>The secret ${secret} of ${app}</h1>
    ${problem !== undefined && problemNote(problem.text, "Not done")}
    <p>
      What you put in here goes into the swarm as version ${version} and is shown to nobody again. This form
      works once, within ${minutes} minutes.
      ${rotates && "When it is in, the rotation begins: a maintainer who is not you agrees to it."}
    </p>
    <form class="form" method="post" action="/secret">
      <input type="hidden" name="token" value="${token}" />
      <p>
        <label for="value">Its value, exactly as the app will read it</label>
        <textarea
          id="value"
          name="value"
          required
          rows="4"
          maxlength="15000"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
        ></textarea>
      </p>
      <p class="soft">
        A line end behind a single line does not count. Longer values go in on the server itself.
      </p>
      <p><button class="go" type="submit">Put it in</button></p>
    </form>
    <p class="soft">Did you not ask for it? Close this page: then nothing happens.</p>`;
}

function thanks(rotates: boolean): Html {
  return html`<h1>The value is in</h1>
    <p>It is a secret of the swarm now; the link counts for nothing any more.</p>
    <p>
      ${
        rotates
          ? "The rotation has begun: the room is asked, and told how it ends."
          : "The app reads it from its next deploy on."
      }
    </p>`;
}
