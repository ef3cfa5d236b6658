import type { Hono } from "hono";
import { Problem } from "../core/problem.ts";
import { statementMissing } from "../core/problems/books-statements.ts";
import type { WebContext, WebEnv } from "./env.ts";
import { mayOpen, type MemberVisit } from "./page.ts";
import { statementBody, statementFormats, statementPage, statementPath } from "./pages/statement.ts";
import { layout } from "./parts/layout.ts";
import { when } from "./parts/time.ts";
import { nothingHere } from "./problem-answer.ts";
import { say } from "./say.ts";
import { statusOf } from "./status-of.ts";
import type { WebParts } from "./types.ts";

/** Some hundred thousand lines; a longer file goes by the command line. Only treasurers may send so much. */
export const mostStatementKb = 64 * 1024;

/** Whether the larger limit counts: not for strangers, whatever they send. */
export function isStatement(context: WebContext): boolean {
  return context.req.path === statementPath && mayOpen(statementPage.audience, context.get("member"));
}

/** Keeps an uploaded statement for as long as the command takes that reads it, and shows what came of it. */
export function serveStatement(app: Hono<WebEnv>, parts: WebParts): void {
  app.post(statementPath, async (context) => {
    context.header("Cache-Control", "no-store");
    const member = context.get("member");
    const { statements } = parts;
    const mayTake = context.get("through") === "session" && mayOpen(statementPage.audience, member);
    if (!mayTake || member === null) return nothingHere(context, parts);
    const { account, format, statement } = await context.req.parseBody();
    const fields = { account: wordOf(account), format: wordOf(format) };
    const visit: MemberVisit = {
      ...{ parts, member, path: {}, query: {} },
      when: when(parts.settings.timeZone ?? "UTC"),
    };
    try {
      const isKnown = statementFormats.some(([name]) => name === fields.format);
      if (!(statement instanceof File) || statement.size === 0 || fields.account === "" || !isKnown)
        throw statementMissing({});
      const kept = statements.keep(new Uint8Array(await statement.arrayBuffer()));
      try {
        const format = fields.format === "auto" ? [] : [`--format=${fields.format}`];
        const flags = [`--account=${fields.account}`, ...format, `--from=${kept.word}`];
        const words = ["money", "import", "bank", ...flags];
        const through = { via: "web", verified: context.get("verified") } as const;
        const outcome = await say(parts, member, through, { words }, undefined);
        if (outcome.kind === "problem") throw outcome.problem;
        return await context.html(
          pageOf(visit, statementBody(visit, statements.accounts(), outcome.message)),
        );
      } finally {
        kept.forget();
      }
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const again = { ...visit, refused: { problem: thrown, form: "statement", fields } };
      return context.html(pageOf(again, statementBody(again, statements.accounts())), statusOf(thrown.code));
    }
  });
}

const pageOf = (visit: MemberVisit, body: ReturnType<typeof statementBody>) =>
  layout(visit, { title: "A bank's statement", at: statementPath, body });

/** A word that a command can hold; anything else is none. */
function wordOf(typed: unknown): string {
  return typeof typed === "string" && /^[\w-]{1,100}$/.test(typed.trim()) ? typed.trim() : "";
}
