import { eq } from "drizzle-orm";
import { say, type Message } from "../chat/message.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { problemFromJson, type Problem, type ProblemText } from "../core/problem.ts";
import { redactAll } from "../core/secret.ts";
import type { Follow } from "./define.ts";
import { schema, type Db } from "../db/index.ts";

/** What came of a command. */
export type Outcome =
  | { kind: "answer"; message: Message; json?: unknown; follow?: Follow }
  /** `message` is for the asker alone; `public` may be said in the room. */
  | { kind: "private"; message: Message; public: Message }
  | { kind: "started"; runId: string; fresh: boolean; message: Message }
  | { kind: "problem"; problem: Problem };

export interface Answered {
  find(key: string): Outcome | undefined;
  /** Joins the open transaction. */
  keep(key: string, outcome: Outcome): void;
}

/** What each command was answered, by the key it came with: for 30 days, until it is forgotten (`forgetAtDoor`). */
export function openAnswered(db: Db, clock: Clock): Answered {
  const { answered } = schema;
  return {
    find(key) {
      const row = db.orm.select().from(answered).where(eq(answered.key, key)).get();
      if (row === undefined) return undefined;
      const kept = JSON.parse(row.outcome) as
        Exclude<Outcome, { kind: "problem" }> | { kind: "problem"; problem: ProblemText & { code: string } };
      return kept.kind === "problem" ? { kind: "problem", problem: problemFromJson(kept.problem) } : kept;
    },
    keep(key, outcome) {
      db.orm
        .insert(answered)
        .values({ key, outcome: JSON.stringify(redactAll(keepable(outcome))), at: isoOf(clock.now()) })
        .run();
    },
  };
}

/** Links and tokens are stored as hashes only, so what was private is not kept: its second delivery says so. */
function keepable(outcome: Outcome): Outcome {
  if (outcome.kind !== "private") return outcome;
  const again = say("This was answered before, to you alone.", {
    next: "If the answer did not reach you, say the command again.",
  });
  return { kind: "answer", message: again };
}
