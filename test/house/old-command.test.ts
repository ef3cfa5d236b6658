/** A command that waited while Tandem was away, in the whole house: its age is that of the room's event. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { cleo, expectProblem, openStage, room, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

/** What the room reads after an event that was said so long ago and comes only now. */
async function heardLate(eventId: string, text: string, minutes: number): Promise<string[]> {
  const before = stage.chat.board.all().length;
  const at = Date.now() - minutes * 60_000;
  const event = { eventId, room, sender: cleo, at, mentioned: false, direct: false } as const;
  stage.hear({ ...event, kind: "message", text, trust: "verified" });
  await stage.rest();
  return stage.chat.board
    .all()
    .slice(before)
    .map((one) => one.text);
}

test("after 11 minutes it is asked about and nothing is done; after 9 it is carried out", async () => {
  const world = stage.world();
  expectProblem(await heardLate("$old", "!tandem seat add rivers Rivers", 11), [
    "Tandem was away: seat add rivers Rivers was said 11 minutes ago.",
    "Much may have changed since, so it was not run.",
    "Still want this? Then say it again.",
  ]);
  expect(stage.world()).toEqual(world);

  const said = await heardLate("$young", "!tandem seat add rivers Rivers", 9);
  expect(said.join("\n")).not.toContain("was away");
  expect(stage.rows("select name from seat")).toEqual([{ name: "rivers" }]);
});
