import type { Hono } from "hono";
import { z } from "zod";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Problem } from "../core/problem.ts";
import { apiTokenUnknown, commandBodyWrong, jsonExpected, privateAnswer } from "../core/problems/web.ts";
import { redactAll } from "../core/secret.ts";
import { neighbourhoodOf } from "./address.ts";
import { buckets } from "./buckets.ts";
import type { WebContext, WebEnv } from "./env.ts";
import type { Outcome, Said } from "../router/index.ts";
import { plainText } from "./parts/message.ts";
import { tooMany } from "./problem-answer.ts";
import { say } from "./say.ts";
import { statusOf } from "./status-of.ts";
import type { WebParts } from "./types.ts";

/** How often an address may come with a token that nobody made: ten times, then once every half a minute. */
const strangerRate = { burst: 10, everySeconds: 30 };

const Body = z.union([
  z.strictObject({ line: z.string().min(1) }),
  z.strictObject({
    command: z.string().min(1),
    args: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
  }),
]);

/**
 * `POST /api/commands`: says a command with a bearer token. `{"line": "app list"}` as it would be typed, or
 * `{"command": "app show", "args": {"app": "cloud.example.coop"}}` with the arguments by name. An
 * `Idempotency-Key` makes the same command sent twice happen once.
 */
export function serveApi(app: Hono<WebEnv>, parts: WebParts): void {
  const strangers = buckets(parts.clock, strangerRate);

  app.post("/api/commands", async (context) => {
    context.set("format", "json");
    context.header("Cache-Control", "no-store");
    const member = context.get("member");
    if (member === null || context.get("through") !== "token") {
      const wait = strangers.take(neighbourhoodOf(context.get("address")));
      if (wait > 0) return tooMany(context, parts, wait);
      context.header("WWW-Authenticate", 'Bearer realm="tandem"');
      return refuse(context, apiTokenUnknown({}), 401);
    }
    const type = context.req.header("content-type") ?? "nothing";
    if (!/^application\/json(?:\s*;\s*charset=utf-8)?$/i.test(type)) {
      return refuse(context, jsonExpected({ got: type.slice(0, 100) }), 415);
    }
    const said = await saidIn(context);
    if (said === undefined) {
      return refuse(context, commandBodyWrong({ expected: 'a "line", or a "command" with "args"' }), 400);
    }
    const outcome = await say(parts, member, { via: "api" }, said, context.req.header("idempotency-key"));
    if (outcome.kind === "problem") return refuse(context, outcome.problem, statusOf(outcome.problem.code));
    // Otherwise whoever copied a token could ask for a sign-in link and so count as verified.
    if (outcome.kind === "private") return refuse(context, privateAnswer({}), 403);
    return context.json(answerOf(outcome), outcome.kind === "started" ? 202 : 200);
  });
}

async function saidIn(context: WebContext): Promise<Said | undefined> {
  let json: unknown;
  try {
    json = JSON.parse(await context.req.text());
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
  const body = Body.safeParse(json);
  if (!body.success) return undefined;
  return "line" in body.data ? body.data.line : body.data;
}

function answerOf(outcome: Exclude<Outcome, { kind: "problem" | "private" }>): object {
  return {
    ok: true,
    kind: outcome.kind,
    text: plainText(outcome.message),
    ...(outcome.kind === "answer" && outcome.json !== undefined && { json: redactAll(outcome.json) }),
    ...(outcome.kind === "started" && { run: outcome.runId, fresh: outcome.fresh }),
  };
}

function refuse(context: WebContext, problem: Problem, status: ContentfulStatusCode): Response {
  const { happened, means, remedy } = problem.text;
  return context.json(
    { ok: false, kind: "problem", text: [happened, means, remedy].join("\n"), problem },
    status,
  );
}
