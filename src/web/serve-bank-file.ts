import type { Hono } from "hono";
import { Problem } from "../core/problem.ts";
import { payeesFileUnfit } from "../core/problems/bank.ts";
import type { WebEnv } from "./env.ts";
import { mayOpen } from "./page.ts";
import { bankFilePage, bankFilePath } from "./pages/bank-file.ts";
import { nothingHere, problemAnswer } from "./problem-answer.ts";
import { statusOf } from "./status-of.ts";
import type { WebParts } from "./types.ts";

/** An upload may be larger than a command: 2,000 people fit. */
export const mostUploadKb = 256;

/** Makes a file for the bank from an uploaded list of payees. What was uploaded is in no log, no row and no answer. */
export function serveBankFile(app: Hono<WebEnv>, parts: WebParts): void {
  app.post(bankFilePath, async (context) => {
    context.header("Cache-Control", "no-store");
    const member = context.get("member");
    const mayMake = context.get("through") === "session" && mayOpen(bankFilePage.audience, member);
    if (!mayMake) return nothingHere(context, parts);
    try {
      const { payees, on } = await context.req.parseBody();
      if (!(payees instanceof File)) throw payeesFileUnfit({ line: 1, what: "there is no file" });
      const day = typeof on === "string" && /^\d{4}-\d{2}-\d{2}$/.test(on) ? on : "";
      const made = parts.bank.make(context.req.param("id"), await payees.text(), day);
      context.header("Content-Type", "application/xml; charset=utf-8");
      context.header("Content-Disposition", `attachment; filename="${made.name}"`);
      return context.body(made.xml);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      return problemAnswer(context, parts, thrown, statusOf(thrown.code));
    }
  });
}
