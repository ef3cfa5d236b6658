import type { Hono } from "hono";
import { isLoopbackName } from "./cookie.ts";
import type { WebContext, WebEnv } from "./env.ts";
import { nothingHere } from "./problem-answer.ts";
import type { WebParts } from "./types.ts";

/**
 * `/healthz` for whoever watches (200 or 503; what each part says only for operators), `/metrics` for
 * Prometheus. Metrics tell how busy a co-op is, so they want an operator's token or sign-in. Only a Tandem
 * whose own address is this very machine (a demo) answers without: behind a proxy every visitor seems to come
 * from loopback.
 */
export function serveHealth(app: Hono<WebEnv>, parts: WebParts): void {
  app.get("/healthz", async (context) => {
    const health = await parts.health();
    const ok = Object.values(health).every((part) => part.ok || part.optional === true);
    const open = isOperator(context) || isOnThisMachine(context, parts);
    const shown = Object.entries(health).map(([name, { ok: well, says }]) => [
      name,
      open ? { ok: well, says } : { ok: well },
    ]);
    context.header("Cache-Control", "no-store");
    return context.json({ ok, parts: Object.fromEntries(shown) as object }, ok ? 200 : 503);
  });

  app.get("/metrics", async (context) => {
    const { metrics } = parts;
    if (metrics === undefined || !(isOperator(context) || isOnThisMachine(context, parts))) {
      return nothingHere(context, parts);
    }
    context.header("Cache-Control", "no-store");
    return context.body(await metrics.metrics(), 200, { "Content-Type": metrics.contentType });
  });
}

function isOperator(context: WebContext): boolean {
  return context.get("member")?.roles.includes("operator") ?? false;
}

/** Public address, asked-for host and socket are all this machine. */
function isOnThisMachine(context: WebContext, { settings }: WebParts): boolean {
  const asked = new URL(`http://${context.req.header("host") ?? "unknown"}`).hostname;
  const address = context.get("address");
  return (
    isLoopbackName(new URL(settings.publicUrl).hostname) &&
    isLoopbackName(asked) &&
    (address === "::1" || address.startsWith("127."))
  );
}
