import { Readable } from "node:stream";
import type { Hono } from "hono";
import { html } from "hono/html";
import type { Download } from "../backups/index.ts";
import { Problem } from "../core/problem.ts";
import { downloadSpent } from "../core/problems/restoring.ts";
import { neighbourhoodOf } from "./address.ts";
import { buckets } from "./buckets.ts";
import type { WebEnv } from "./env.ts";
import type { Html } from "./page.ts";
import { layout } from "./parts/layout.ts";
import { problemAnswer, tooMany } from "./problem-answer.ts";
import { statusOf } from "./status-of.ts";
import type { WebParts } from "./types.ts";

/** As for the forms of secrets: a token has 256 bits, this only keeps the noise down. */
const rateOfDownloads = { burst: 10, everySeconds: 30 };
const minutes = 60;

/**
 * One backup for one person. Opening the link spends nothing, because chat programs fetch links; the button does. The
 * file goes through as it comes from the repository and is kept nowhere on the way.
 */
export function serveDownload(app: Hono<WebEnv>, parts: WebParts): void {
  const { downloads } = parts;
  if (downloads === undefined) return;
  const rate = buckets(parts.clock, rateOfDownloads);
  /** Whoever is no maintainer any more has no use of an old link. */
  const counts = (token: unknown): Download | undefined => {
    const found = typeof token === "string" ? downloads.findDownload(token) : undefined;
    const roles = found === undefined ? undefined : parts.people.byName(found.member)?.roles;
    return roles?.includes("maintainer") === true ? found : undefined;
  };

  app.get("/download", (context) => {
    context.header("Cache-Control", "no-store");
    const { token = "" } = context.req.query();
    const found = counts(token);
    if (found === undefined) return problemAnswer(context, parts, downloadSpent({ minutes }), 422);
    const body = page(found, token);
    return context.html(
      layout({ parts, member: context.get("member") }, { title: "Download a backup", at: "/download", body }),
    );
  });

  app.post("/download", async (context) => {
    context.header("Cache-Control", "no-store");
    const wait = rate.take(neighbourhoodOf(context.get("address")));
    if (wait > 0) return tooMany(context, parts, wait);
    const { token } = await context.req.parseBody();
    if (counts(token) === undefined || typeof token !== "string") {
      return problemAnswer(context, parts, downloadSpent({ minutes }), 422);
    }
    try {
      const { name, stream } = await downloads.openDownload(token);
      context.header("Content-Type", "application/octet-stream");
      context.header("Content-Disposition", `attachment; filename="${name}"`);
      return context.body(Readable.toWeb(stream) as ReadableStream);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      return problemAnswer(context, parts, thrown, statusOf(thrown.code));
    }
  });
}

function page({ backup, app, name, plain, volume }: Download, token: string): Html {
  return html`<h1>The backup ${backup} of ${app}</h1>
    <p>
      The button sends you ${name}: ${volume === undefined ? "all of its data" : html`its volume ${volume}`}.
      It works once, within ${minutes} minutes.
    </p>
    <p>
      ${
        plain
          ? "The file is not encrypted. Keep it where nobody else can read it, and remove it when it has served."
          : "The file is encrypted; it is opened with openssl and the passphrase that came with this link."
      }
    </p>
    <form class="form" method="post" action="/download">
      <input type="hidden" name="token" value="${token}" />
      <p><button class="go" type="submit">Download it</button></p>
    </form>
    <p class="soft">Did you not ask for it? Close this page: then nothing happens.</p>`;
}
