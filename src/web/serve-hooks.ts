import type { Hono } from "hono";
import { Problem } from "../core/problem.ts";
import { hookRefused } from "../core/problems/billing.ts";
import type { WebEnv } from "./env.ts";
import { nothingHere } from "./problem-answer.ts";
import type { WebParts } from "./types.ts";

/** A webhook of Stripe has some kilobytes; an invoice with many lines some more. */
export const mostHookKb = 1024;
export const hookPath = "/hooks/stripe";

/**
 * Hears of what happened at Stripe. The signature is over the bytes as they came; 200 means that it is on disk, and
 * nothing more is done before the answer. What is no message of Stripe gets a 400 without a word of why.
 */
export function serveHooks(app: Hono<WebEnv>, parts: WebParts): void {
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
