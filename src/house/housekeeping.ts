import type { Logger } from "pino";
import { forgetReactions } from "../approvals/index.ts";
import type { DurableInbox } from "../chat/inbox.ts";
import { forgetMessages, forgetOvertaken, type RunSays } from "../chat/old-messages.ts";
import { durationMs, type Clock } from "../core/clock.ts";
import { inBatches, type Db } from "../db/index.ts";
import { forgetAtDoor } from "../router/index.ts";
import type { Engine } from "../workflow/index.ts";

/** After a start other things come first; whoever starts Tandem anew each night has a clean house all the same. */
const firstMs = durationMs("1h");
const everyMs = durationMs("1d");
/** Longer than any homeserver repeats an event, and than anybody reacts to a question that is settled. */
const keepChatMs = durationMs("60d");
/** Nothing but what is under way needs them. */
const keepOvertakenMs = durationMs("1d");

export interface Housekeeping {
  db: Db;
  engine: Pick<Engine, "prune" | "show">;
  inbox: Pick<DurableInbox, "forget">;
  clock: Clock;
  log: Pick<Logger, "info" | "error">;
  keepRunsDays: number;
}

/**
 * Once a day, in small transactions: steps of runs that ended long ago go, and of what was heard, said and answered
 * what nobody needs any more. Answers how to stop.
 */
export function keepHouse(house: Housekeeping): () => void {
  const { clock, log } = house;
  let cancel = (): void => undefined;
  let stopped = false;
  const tidy = async (): Promise<void> => {
    try {
      log.info(await prune(house), "old records were pruned");
    } catch (thrown) {
      // What was cut off by the end of the process is no trouble.
      if (!stopped) log.error({ err: thrown }, "old records could not be pruned; tomorrow again");
    }
    if (!stopped) next(everyMs);
  };
  function next(waitMs: number): void {
    cancel = clock.after(waitMs, () => void tidy());
  }
  next(firstMs);
  return () => {
    stopped = true;
    cancel();
  };
}

async function prune({ db, engine, inbox, clock, keepRunsDays }: Housekeeping): Promise<object> {
  const now = clock.now();
  const old = now - keepChatMs;
  const steps = await engine.prune({ keepDays: keepRunsDays });
  const events = await inBatches(db, () => inbox.forget(old));
  const overtaken = await forgetOvertaken(db, now - keepOvertakenMs);
  const messages = await forgetMessages(db, runSays(engine), old);
  const reactions = await forgetReactions(db, old);
  const atTheDoor = await forgetAtDoor(db, now);
  return { ...steps, events, messages: messages + overtaken, reactions, atTheDoor };
}

/** Short after its end a run may still be spoken of, such as when what it deployed dies. */
function runSays(engine: Pick<Engine, "show">): RunSays {
  return (id, beforeMs) => {
    const run = engine.show(id);
    if (run === undefined) return "no run";
    return run.finishedAt !== null && run.finishedAt < beforeMs ? "over" : "speaks";
  };
}
