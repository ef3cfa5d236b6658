import type { Hono } from "hono";
import { html } from "hono/html";
import { signInLinkSpent } from "../core/problems/web.ts";
import { neighbourhoodOf } from "./address.ts";
import { buckets } from "./buckets.ts";
import type { SessionCookie } from "./cookie.ts";
import type { WebEnv } from "./env.ts";
import { layout } from "./parts/layout.ts";
import { problemAnswer, tooMany } from "./problem-answer.ts";
import type { Sessions } from "./sessions.ts";
import type { WebParts } from "./types.ts";

/**
 * Ten tries at once per address, then one every half a minute. A token has 256 bits: this only keeps the
 * noise down.
 */
const signInRate = { burst: 10, everySeconds: 30 };

/**
 * Signing in and out. The link that the bot sends shows a button; only the button spends it, because chat
 * programs and mail scanners fetch links to preview them.
 */
export function serveSignIn(
  app: Hono<WebEnv>,
  { parts, sessions, cookie }: { parts: WebParts; sessions: Sessions; cookie: SessionCookie },
): void {
  const rate = buckets(parts.clock, signInRate);

  app.get("/sign-in", (context) => {
    context.header("Cache-Control", "no-store");
    const token = context.req.query("token") ?? "";
    if (token === "") return context.redirect("/", 302);
    return context.html(layout({ parts, member: context.get("member") }, signInPage(parts, token)));
  });

  app.post("/sign-in", async (context) => {
    const wait = rate.take(neighbourhoodOf(context.get("address")));
    if (wait > 0) return tooMany(context, parts, wait);
    const { token } = await context.req.parseBody();
    const spent = typeof token === "string" ? parts.tokens.spendSignInLink(token) : undefined;
    const member = spent === undefined ? undefined : parts.people.byName(spent.member);
    if (spent === undefined || member === undefined || member.roles.length === 0) {
      return problemAnswer(context, parts, signInLinkSpent({}), 422);
    }
    const before = cookie.read(context);
    if (before !== undefined) sessions.end(before);
    cookie.set(context, sessions.begin(member, spent.verified));
    context.header("Cache-Control", "no-store");
    return context.redirect("/", 303);
  });

  app.post("/sign-out", (context) => {
    const value = cookie.read(context);
    if (value !== undefined) sessions.end(value);
    cookie.clear(context);
    return context.redirect("/", 303);
  });
}

function signInPage({ settings }: WebParts, token: string): Parameters<typeof layout>[1] {
  return {
    title: "Sign in",
    at: "/sign-in",
    body: html`<h1>Sign in to ${settings.coopName}</h1>
      <p>This link works once. The button signs you in on this device for 7 days at most, 8 hours unused.</p>
      <form method="post" action="/sign-in">
        <input type="hidden" name="token" value="${token}" />
        <p><button class="go" type="submit">Sign in</button></p>
      </form>
      <p class="soft">Did you not ask for it? Close this page: then nothing happens.</p>`,
  };
}
