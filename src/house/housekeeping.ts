import type { Logger } from "pino";
import type { DurableInbox } from "../chat/inbox.ts";
import { againWhenItFails, type Clock } from "../core/clock.ts";
import type { Engine } from "../workflow/index.ts";

const dayMs = 86_400_000;
/** Longer than any homeserver repeats an event. */
const keepInboxDays = 60;

export interface Housekeeping {
  engine: Pick<Engine, "prune">;
  inbox: Pick<DurableInbox, "forget">;
  clock: Clock;
  log: Pick<Logger, "info" | "error">;
  keepRunsDays: number;
}

/** Once a day: steps of runs that ended long ago and events handled long ago go. Answers how to stop. */
export function keepHouse({ engine, inbox, clock, log, keepRunsDays }: Housekeeping): () => void {
  let cancel = (): void => undefined;
  const failed = (thrown: unknown): void =>
    log.error({ err: thrown }, "old records could not be pruned; it is tried again");
  const tidy = againWhenItFails(clock, prune, failed, (takeBack) => (cancel = takeBack));
  function prune(): void {
    const events = inbox.forget(clock.now() - keepInboxDays * dayMs);
    engine.prune({ keepDays: keepRunsDays }).then(
      (pruned) => log.info({ ...pruned, events }, "old records were pruned"),
      (thrown: unknown) => log.error({ err: thrown }, "old records could not be pruned; tomorrow again"),
    );
    next();
  }
  function next(): void {
    cancel = clock.at(clock.now() + dayMs, tidy);
  }
  next();
  return () => cancel();
}
