/** What comes in a flood must not go out as one: a homeserver takes few messages of the bot. */
import { beforeEach, expect, test } from "vitest";
import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";
import { usualRates, type Command, type Outcome } from "../../src/router/index.ts";
import { codeOf, openHouse, textOf, type TestHouse } from "./house.ts";

const base = { summary: "It.", example: "x", role: "member" as const, args: {} };
const commands = new Map<string, Command>([
  ["look", command({ ...base, reads: true, run: () => Promise.resolve(answer(say("Here it is."))) })],
  ["note", command({ ...base, run: () => answer(say("Noted.")) })],
]);
const rates = {
  member: { burst: 2, perMinute: 6 },
  room: { burst: 3, perMinute: 60 },
  strangers: { burst: 2, perMinute: 1 },
};

let house: TestHouse;
let said: string[];
let n: number;
beforeEach(() => {
  house = openHouse(commands, { rates });
  said = [];
  n = 0;
});

/** As a room says it: by an event of its own, with a message for an answer. */
async function inRoom(name: string | null, line: string): Promise<Outcome> {
  const deliver = (outcome: Outcome): void =>
    void said.push(outcome.kind === "problem" ? outcome.problem.code : textOf(outcome));
  return house.router.dispatch(line, house.speaker(name), { key: `$${++n}`, deliver });
}
const keptAnswers = (): unknown => house.db.sqlite.prepare("select count(*) from answered").pluck().get();

test("600 lines of a stranger in a room are answered as often as the measure says, and once more", async () => {
  house = openHouse(commands);
  const { burst, perMinute } = usualRates.strangers;
  for (let i = 0; i < 600; i++) await inRoom(null, "look");
  expect(said).toEqual([...Array<string>(burst).fill("not-known"), "too-many-commands"]);
  // Also when it goes on, most of what a homeserver takes (12 messages a minute) is left for members.
  said = [];
  for (let second = 0; second < 300; second++) {
    await house.clock.turn(1000);
    await inRoom(null, "look");
  }
  expect(said.length).toBeLessThanOrEqual(5 * perMinute * 2);
  expect(5 * perMinute * 2).toBeLessThanOrEqual(5 * 4);
});

test.each(["look", "note", "no such command"])(
  "a member hears once that %s is too much now",
  async (line) => {
    for (let i = 0; i < 20; i++) await inRoom("bo", line);
    expect(said.slice(2)).toEqual(["too-many-commands"]);
    await house.clock.turn(10_000);
    said = [];
    for (let i = 0; i < 20; i++) await inRoom("bo", line);
    expect(said).toHaveLength(2);
    expect(said[1]).toBe("too-many-commands");
  },
);

test("of what is left unanswered nothing is kept, and nothing is done", async () => {
  for (let i = 0; i < 3; i++) await inRoom("bo", "note");
  const [kept, rows] = [keptAnswers(), house.audit.head().n];
  for (let i = 0; i < 20; i++) expect(codeOf(await inRoom("bo", "note"))).toBe("too-many-commands");
  expect([keptAnswers(), house.audit.head().n]).toEqual([kept, rows]);
});

test("each measure is told of by itself: one person's does not silence the room's", async () => {
  for (let i = 0; i < 5; i++) await inRoom("bo", "look");
  for (let i = 0; i < 5; i++) await inRoom("mia", "look");
  expect(said).toEqual([
    ...["Here it is.", "Here it is.", "too-many-commands"],
    ...["Here it is.", "too-many-commands"],
  ]);
});

test("a program and a page get their answer each time, and take it from no room", async () => {
  for (let i = 0; i < 6; i++) {
    const outcome = await house.says("bo", "look", { via: "api", place: null });
    expect(outcome.kind).toBe(i < 2 ? "answer" : "problem");
  }
  await inRoom("bo", "look");
  await inRoom("bo", "look");
  expect(said).toEqual(["too-many-commands"]);
});
