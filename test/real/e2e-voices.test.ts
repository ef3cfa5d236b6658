/**
 * Voices over time, in a real room: taken back before there are enough, given after the end, given or taken back
 * while Tandem was down. The question is one of a workflow of the co-op's own, which wants two voices.
 */
import path from "node:path";
import type { MatrixEvent } from "matrix-js-sdk";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  gather,
  isEdit,
  openRoom,
  patience,
  repliesTo,
  talk,
  textOf,
  type Gathering,
  type Talk,
} from "./house/gathering.ts";
import { install, type Installation, type Program } from "./house/program.ts";
import { openRecords } from "./house/records.ts";
import { useSynapse, type TestUser } from "./synapse/index.ts";

const synapse = await useSynapse();
const names = ["ana", "bo", "cleo", "dora"] as const;
type Name = (typeof names)[number];

interface Run {
  status: string;
  problem: { code: string } | null;
}

describe.skipIf(synapse === undefined)("voices, over time and over restarts", () => {
  if (synapse === undefined) return;
  let bot: TestUser;
  let people: Gathering<Name>;
  let home: Installation;
  let program: Program;
  let room: string;
  const says = {} as Record<Name, Talk>;

  beforeAll(async () => {
    bot = await synapse.user("tandem");
    people = await gather(synapse, names);
    const seed = (name: Name): { name: string; matrixId: string } => ({
      name,
      matrixId: people[name].userId,
    });
    home = await install({
      homeserver: synapse.url,
      bot,
      operators: [seed("ana")],
      maintainers: [seed("bo"), seed("cleo"), seed("dora")],
      script: path.join(import.meta.dirname, "house/child.ts"),
    });
    program = home.start();
    await program.up;
    const { ana, bo, cleo, dora } = people;
    room = await openRoom(ana, bot.userId, [bo, cleo, dora]);
    for (const name of names) says[name] = talk(people[name], room, bot.userId);
  });
  afterAll(async () => {
    expect(await program.end("SIGTERM")).toBe(0);
    for (const name of names) people[name].stop();
    await synapse.stop();
    home.remove();
  });

  const runOf = (run: string): Promise<Run> => program.door<Run>(`/runs/${run}`);
  const texts = (): string[] => people.ana.messages(room, bot.userId).map((event) => textOf(event));
  /** The question as its edits show it now. */
  const shown = (id: string): string => {
    const edits = people.ana
      .messages(room, bot.userId)
      .filter((event) => isEdit(event) && event.getRelation()?.event_id === id);
    return textOf(
      edits.at(-1) ?? (people.ana.messages(room, bot.userId).find((e) => e.getId() === id) as MatrixEvent),
    );
  };
  const shows = (id: string, text: RegExp): Promise<boolean> =>
    vi.waitUntil(() => text.test(shown(id)), patience);

  async function ask(about: string, seconds = 600): Promise<{ command: string; run: string; id: string }> {
    const command = await says.ana.say(`agree ${about} 2 ${seconds}`);
    const asks = (): MatrixEvent[] =>
      people.ana
        .messages(room, bot.userId)
        .filter((event) => !isEdit(event) && textOf(event).includes(`Carry out ${about}?`));
    const question = await vi.waitUntil(() => asks()[0], patience);
    const run = /Run `([a-z]{5})`/.exec(textOf(question))?.[1] ?? "";
    return { command, run, id: question.getId() ?? "" };
  }
  async function carriedOut(about: string): Promise<void> {
    await people.ana.hear(room, bot.userId, new RegExp(`${about} is carried out`), 60_000);
  }

  test(
    "a yes that is taken back before there are enough is no yes any more",
    { timeout: 120_000 },
    async () => {
      const { run, id } = await ask("painting");
      const reaction = await people.bo.react(room, id, "✅");
      await shows(id, /1 of 2: bo agreed/);
      await people.bo.redact(room, reaction);
      await shows(id, /0 of 2/);
      await people.cleo.react(room, id, "👍");
      await shows(id, /1 of 2: cleo agreed/);
      // One person twice is one voice.
      await people.cleo.react(room, id, "✅");
      await says.cleo.ask("whoami");
      expect(await runOf(run)).toMatchObject({ status: "waiting" });
      await people.dora.react(room, id, "✅");
      await carriedOut("painting");
      expect(await runOf(run)).toMatchObject({ status: "done" });
    },
  );

  test("a yes after the end counts for nothing, and is told so", { timeout: 120_000 }, async () => {
    // Long enough for the first yes on a slow machine.
    const open = 10;
    const { command, run, id } = await ask("too-late", open);
    await people.bo.react(room, id, "✅");
    await shows(id, /1 of 2: bo agreed/);
    // The end is a moment that the question names; the homeserver's clock, which is this machine's, must be past it.
    const view = await vi.waitUntil(async () => {
      const { steps } = await program.door<{ steps: { startedAt: number }[] }>(`/runs/${run}`);
      return steps[0];
    }, patience);
    await vi.waitUntil(() => Date.now() > view.startedAt + open * 1000 + 200, patience);
    await people.cleo.react(room, id, "✅");
    await says.cleo.reply(id, /This question was open until/);
    const told = await vi.waitUntil(
      () =>
        repliesTo(people.ana, room, bot.userId, command).find((event) =>
          /not agreed|expired|nobody|in time/i.test(textOf(event)),
        ),
      patience,
    );
    expect(textOf(told)).toContain(run);
    expect(await runOf(run)).toMatchObject({ problem: { code: "approval-expired" } });
    expect(texts().filter((text) => text.includes("too-late is carried out"))).toEqual([]);
  });

  test(
    "given while Tandem was down it counts; taken back while it was down it does not",
    { timeout: 120_000 },
    async () => {
      const given = await ask("given-away");
      const taken = await ask("taken-back");
      await people.bo.react(room, given.id, "✅");
      const regretted = await people.bo.react(room, taken.id, "✅");
      await shows(given.id, /1 of 2: bo agreed/);
      await shows(taken.id, /1 of 2: bo agreed/);

      await program.end("SIGKILL");
      await people.cleo.react(room, given.id, "✅");
      await people.bo.redact(room, regretted);
      // Given and taken back again while nobody listened: as if it had never been.
      await people.dora.redact(room, await people.dora.react(room, taken.id, "✅"));
      program = home.start();
      await program.up;

      await carriedOut("given-away");
      await shows(taken.id, /0 of 2/);
      await people.cleo.react(room, taken.id, "✅");
      await shows(taken.id, /1 of 2: cleo agreed/);
      expect(await runOf(taken.run)).toMatchObject({ status: "waiting" });
      await says.dora.ask(`approve ${taken.run}`, /Your voice counts/);
      await carriedOut("taken-back");
      for (const about of ["given-away", "taken-back"])
        expect(texts().filter((text) => text.includes(`${about} is carried out`))).toHaveLength(1);
    },
  );

  test(
    "the record names each voice, how it came and that it was taken back",
    { timeout: 120_000 },
    async () => {
      expect(await program.end("SIGTERM")).toBe(0);
      const records = openRecords(home.folder);
      expect(records.chain()).toBeGreaterThan(10);
      expect(records.audited("approval.voice-withdrawn").map((row) => row.details["member"])).toEqual([
        "bo",
        "bo",
      ]);
      const voices = records
        .audited("approval.voice")
        .map(({ who, details }) => `${who} ${String(details["via"])}`);
      expect(voices).toContain("dora command");
      expect(records.audited("approval.expired")).toHaveLength(1);
      records.close();
      program = home.start();
      await program.up;
    },
  );
});
