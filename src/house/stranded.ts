import type { Logger } from "pino";
import type { Problem } from "../core/problem.ts";
import { AppDomain } from "../core/terms.ts";
import { tellOfRun, type RunTeller } from "./tell-of-run.ts";

export interface StrandedParts extends RunTeller {
  log: Pick<Logger, "error">;
}

/**
 * Tells of a run that cannot go on: to the log, and where it was asked for. Otherwise silence would look like a run
 * that waits for somebody. Each start of Tandem finds it again; the room hears of each reason once. Never throws: it
 * is called where the engine has just let the run go.
 */
export function tellStranded(parts: StrandedParts): (run: string, problem: Problem) => void {
  return (run, problem) => {
    const { log, engine } = parts;
    log.error({ run, code: problem.code }, problem.message);
    try {
      // A lock may be about something else than an app.
      const { data: app } = AppDomain.safeParse(/^app (.+)$/.exec(engine.show(run)?.lock ?? "")?.[1]);
      tellOfRun(parts, { run, app, about: `stranded/${problem.code}` }, problem);
    } catch (thrown) {
      // What keeps the journal from being written may keep the outbox from it as well.
      log.error({ run, code: problem.code, err: thrown }, "the room was not told that a run cannot go on");
    }
  };
}
