import type { Hono } from "hono";
import { Problem } from "../core/problem.ts";
import { hookRefused } from "../core/problems/billing.ts";
import type { WebEnv } from "./env.ts";
import { nothingHere } from "./problem-answer.ts";
import type { WebParts } from "./types.ts";

/** A webhook of Stripe has some kilobytes; an invoice with many lines some more. */
export const mostHookKb = 1024;
export const hookPath = "/hooks/stripe";
/** The rest of the address is a word that nobody can guess. */
export const nudgePath = "/hooks/opencollective/";

/** What other houses tell us: no page, and for nobody who is signed in. Each says how it is known who tells. */
export const hooks = [
  { path: hookPath, audience: "Stripe, by its signature", shows: "hears that something happened there" },
  {
    path: `${nudgePath}:word`,
    audience: "whoever knows the word",
    shows: "hears that something may have happened",
  },
] as const;

/**
 * Hears that something may have happened at Open Collective. It signs nothing, so that nothing of what it says is read:
 * the ledger there is. With another word there is no such page.
 */
function serveNudges(app: Hono<WebEnv>, parts: WebParts): void {
  app.post(`${nudgePath}:word`, (context) => {
    context.header("Cache-Control", "no-store");
    return parts.collective.hearNudge(context.req.param("word"))
      ? context.json({ heard: true })
      : nothingHere(context, parts);
  });
}

/**
 * Hears of what happened at Stripe. The signature is over the bytes as they came; 200 means that it is on disk, and
 * nothing more is done before the answer. What is no message of Stripe gets a 400 without a word of why.
 */
export function serveHooks(app: Hono<WebEnv>, parts: WebParts): void {
  serveNudges(app, parts);
  app.post(hookPath, async (context) => {
    context.header("Cache-Control", "no-store");
    try {
      const body = await context.req.text();
      await parts.billing.hear(body, context.req.header("stripe-signature"), context.get("address"));
      return context.json({ heard: true });
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      // Whoever has no webhooks has no such page.
      return thrown.code === hookRefused.code
        ? context.json({ heard: false }, 400)
        : nothingHere(context, parts);
    }
  });
}
