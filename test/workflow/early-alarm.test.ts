import { expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { openEngine } from "../../src/workflow/index.ts";
import { freshDb, settle } from "./conformance/own.ts";
import { story } from "./conformance/suite.ts";

/** As if the clock were set back by 5 ms just after each alarm of the first kind had rung. */
class EarlyOnce extends FakeClock {
  #isEarly = true;
  override at(atMs: number, wake: () => void): () => void {
    const early = this.#isEarly ? 5 : 0;
    this.#isEarly = false;
    return super.at(atMs - early, wake);
  }
}

test("a sleeper whose alarm rang too early sleeps on, and wakes at its time", async () => {
  const db = freshDb();
  const clock = new EarlyOnce();
  const engine = openEngine({ db, clock, trades: {} as never });
  const nap = story(async ({ sleep }) => sleep("nap", "1s").then(() => "awake"));
  engine.register("nap", nap);
  engine.recover();
  const { runId } = engine.start(nap, {}, { key: "1", askedBy: null, place: null });
  let outcome: unknown;
  void engine.result(runId).then((end) => (outcome = end));
  await settle();
  await clock.turn(995);
  await settle();
  expect(outcome).toBeUndefined();
  await clock.turn(5);
  await settle();
  expect(outcome).toMatchObject({ output: "awake" });
  await engine.stop();
  db.close();
});
