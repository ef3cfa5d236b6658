/** The house's way to Open Collective: webhooks that only nudge, and the balance that budgets look at. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { loadConfig } from "../../src/config.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { redact } from "../../src/core/secret.ts";
import { openDb } from "../../src/db/index.ts";
import { collectiveFor, type HouseCollective } from "../../src/house/collective.ts";
import { codeOf } from "../collective/house.ts";

const word = "0123456789abcdef0123456789abcdef";

interface Stage {
  collective: HouseCollective;
  clock: FakeClock;
  /** Keys of the runs that were started. */
  started: string[];
  open: { runs: number };
  logged: unknown[];
}

function stage(written: string | null = word, start?: () => never): Stage {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-collective-"));
  const file = path.join(folder, "hook.word");
  if (written !== null) writeFileSync(file, `${written}\n`);
  const config = loadConfig({});
  const clock = new FakeClock(Date.parse("2026-11-27T09:00:00Z"));
  const db = openDb(":memory:");
  const [started, open, logged]: [string[], { runs: number }, unknown[]] = [[], { runs: 0 }, []];
  const collective = collectiveFor(
    {
      ...{ db, clock, audit: openAudit(db, clock), people: {}, outbox: {}, payouts: {}, books: {}, work: {} },
      options: {
        config: {
          ...config,
          root: folder,
          collective: { ...config.collective, ...(written !== null && { webhookSecretFile: "hook.word" }) },
        },
        log: { error: (about: unknown) => void logged.push(about) },
      },
    } as never,
    {
      list: () => Array.from({ length: open.runs }, () => ({})) as never,
      signal: () => false,
      start:
        start ??
        ((name, input, { key = "" }) => {
          expect([name, input]).toEqual(["collective-books", {}]);
          started.push(key);
          return { runId: "bakor", fresh: true };
        }),
    },
  );
  return { collective, clock, started, open, logged };
}

test("a nudge starts one reading soon after it, and many nudges are one", async () => {
  const { collective, clock, started } = stage();
  for (let n = 0; n < 50; n++) expect(collective.hearNudge(word)).toBe(true);
  await clock.turn(19_000);
  expect(started).toEqual([]);
  await clock.turn(2_000);
  expect(started).toEqual(["nudge 2026-11-27T09:00:20.000Z"]);
  await clock.turn(600_000);
  expect(started).toHaveLength(1);
});

test("however often somebody nudges, it is read at most every two minutes, and not while it is being read", async () => {
  const { collective, clock, started, open } = stage();
  for (let second = 0; second < 600; second += 5) {
    collective.hearNudge(word);
    await clock.turn(5_000);
  }
  expect(started).toHaveLength(5);
  open.runs = 1;
  collective.hearNudge(word);
  await clock.turn(600_000);
  expect(started).toHaveLength(5);
  open.runs = 0;
  await clock.turn(20_000);
  expect(started).toHaveLength(6);
});

test("another word is not heard, whatever its length; without a file there is none", async () => {
  const { collective, clock, started } = stage();
  for (const said of ["", "x", word.slice(1), `${word}0`, word.toUpperCase(), `${word}\n`])
    expect(collective.hearNudge(said)).toBe(false);
  expect(stage(null).collective.hearNudge("")).toBe(false);
  await clock.turn(600_000);
  expect(started).toEqual([]);
  expect(redact(`/hooks/opencollective/${word}`)).toBe("/hooks/opencollective/•••");
});

test("a word that could be guessed is refused at the start", async () => {
  for (const short of ["", "letmein", "a word with spaces that is long enough for it"])
    expect(await codeOf(() => stage(short))).toBe("collective-hook-unfit");
});

test("what goes wrong then is logged and stops nothing; after the end nothing begins", async () => {
  const { collective, clock, logged } = stage(word, () => {
    throw new Error("the disk is full");
  });
  collective.hearNudge(word);
  await clock.turn(30_000);
  expect(logged).toHaveLength(1);
  const other = stage();
  other.collective.hearNudge(word);
  other.collective.stop();
  await other.clock.turn(600_000);
  expect(other.started).toEqual([]);
});
