import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { getPath } from "hono/utils/url";
import { newToken } from "../core/ids.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { settingsWrong } from "../core/problems/config.ts";
import { diskFull } from "../core/problems/db.ts";
import { bodyTooLarge, formFromElsewhere, pageBroke } from "../core/problems/web.ts";
import { isDiskFull } from "../db/index.ts";
import { addressReader, neighbourhoodOf } from "./address.ts";
import { assets } from "./assets.ts";
import { buckets } from "./buckets.ts";
import { sessionCookie } from "./cookie.ts";
import { formatOf, type WebContext, type WebEnv } from "./env.ts";
import { headers } from "./headers.ts";
import { nothingHere, problemAnswer, tooMany } from "./problem-answer.ts";
import { serveApi } from "./serve-api.ts";
import { mostUploadKb, serveBankFile } from "./serve-bank-file.ts";
import { isStatement, mostStatementKb, serveStatement } from "./serve-statement.ts";
import { serveCollectiveToken } from "./serve-collective-token.ts";
import { serveDownload } from "./serve-download.ts";
import { serveHealth } from "./serve-health.ts";
import { hookPath, mostHookKb, nudgePath, serveHooks } from "./serve-hooks.ts";
import { servePages } from "./serve-pages.ts";
import { serveSecret } from "./serve-secret.ts";
import { serveSignIn } from "./serve-sign-in.ts";
import type { Sessions } from "./sessions.ts";
import { statusOf } from "./status-of.ts";
import type { WebParts } from "./types.ts";
import { recognise } from "./visitor.ts";

/** A command is 4 KB at most; a form adds a little. */
const mostKb = 16;
/** Per address: so many requests at once, then twenty a second. A page is two requests. */
const everyoneRate = { burst: 300, everySeconds: 0.05 };
/** Webhooks come in bursts from few addresses, and each costs little until it is known to be signed. */
const hookRate = { burst: 3000, everySeconds: 0.0025 };

/** Everything that answers requests, as an app without a server. */
export function webApp(parts: WebParts, sessions: Sessions): Hono<WebEnv> {
  const app = new Hono<WebEnv>({ getPath: (request) => formatOf(getPath(request)).path });
  refusePath(parts.settings.publicUrl);
  const cookie = sessionCookie(parts.settings);
  const addressOf = addressReader(parts.settings.trustedProxies);

  app.onError((thrown, context) => answerFault(context, parts, thrown));
  app.notFound((context) => nothingHere(context as WebContext, parts));
  app.use(headers(parts.settings));
  serveAssets(app);
  app.use(recognise({ parts, sessions, cookie, addressOf }));
  protect(app, parts);

  serveHealth(app, parts);
  serveSignIn(app, { parts, sessions, cookie });
  serveSecret(app, parts);
  serveCollectiveToken(app, parts);
  serveDownload(app, parts);
  serveBankFile(app, parts);
  serveStatement(app, parts);
  serveHooks(app, parts);
  serveApi(app, parts);
  servePages(app, parts);
  return app;
}

/** Every link is an own path from the root, and the cookie's name promises that. */
function refusePath(publicUrl: string): void {
  if (new URL(publicUrl).pathname === "/") return;
  const expected = "an address without a path, such as https://tandem.example.coop";
  throw settingsWrong({ path: "web.publicUrl", where: "The settings", expected });
}

function serveAssets(app: Hono<WebEnv>): void {
  const headersOf = (type: string): Record<string, string> => ({
    "Content-Type": `${type}; charset=utf-8`,
    "Cache-Control": assets.keepForLong,
  });
  app.get("/style.css", (context) => context.body(assets.style, 200, headersOf("text/css")));
  app.get("/icon.svg", (context) => context.body(assets.icon, 200, headersOf("image/svg+xml")));
}

const isUpload = (path: string): boolean => /^\/payouts\/[^/]+\/bank-file$/.test(path);

/** What every request passes before anything looks at it: rate, origin of forms, size. */
function protect(app: Hono<WebEnv>, parts: WebParts): void {
  const [rate, hooks] = [buckets(parts.clock, everyoneRate), buckets(parts.clock, hookRate)];
  const { origin } = new URL(parts.settings.publicUrl);
  app.use(async (context, next) => {
    const { path } = context.req;
    const who = neighbourhoodOf(context.get("address"));
    const wait = path === "/healthz" ? 0 : (path === hookPath ? hooks : rate).take(who);
    return wait > 0 ? tooMany(context, parts, wait) : next();
  });
  app.use(csrf({ origin }));
  const atMost = (kb: number) =>
    bodyLimit({
      maxSize: kb * 1024,
      onError: (context) => problemAnswer(context as WebContext, parts, bodyTooLarge({ mostKb: kb }), 413),
    });
  const [small, upload] = [atMost(mostKb), atMost(mostUploadKb)];
  const [hook, statement] = [atMost(mostHookKb), atMost(mostStatementKb)];
  app.use((context, next) => {
    const { path } = context.req;
    if (path === hookPath || path.startsWith(nudgePath)) return hook(context, next);
    return (isStatement(context) ? statement : isUpload(path) ? upload : small)(context, next);
  });
}

/**
 * Problems are shown as they are, and a disk without room is told as such. Anything else is a fault of ours: the log
 * has it, the page a reference to it.
 */
function answerFault(context: WebContext, parts: WebParts, thrown: Error): Response | Promise<Response> {
  if (thrown instanceof HTTPException && thrown.status === 403) {
    const expected = new URL(parts.settings.publicUrl).origin;
    return problemAnswer(context, parts, formFromElsewhere({ expected }), 403);
  }
  if (thrown instanceof Problem) return problemAnswer(context, parts, thrown, statusOf(thrown.code));
  if (isDiskFull(thrown)) {
    parts.log.error({ err: thrown, path: context.req.path }, "a request was refused: the disk is full");
    return problemAnswer(context, parts, diskFull({ freeMb: 0 }, thrown), statusOf(diskFull.code));
  }
  const reference = newToken().slice(0, 8);
  parts.log.error({ err: thrown, reference, path: context.req.path }, `page broke: ${messageOf(thrown)}`);
  return problemAnswer(context, parts, pageBroke({ reference }), 500);
}
