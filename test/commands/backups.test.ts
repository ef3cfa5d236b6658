/** What `backup list` finds: everything that is there of an app, also of one that is no app any more. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import { openRecords } from "../../src/backups/records.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { appUnknown } from "../../src/core/problems/apps.ts";
import type { Command } from "../../src/router/index.ts";
import type { Trades } from "../../src/workflow/index.ts";
import { codeOf, openHouse, shippedCommands, textOf, type TestHouse } from "../router/house.ts";

const notes = "notes.example.coop";
const dayMs = 24 * 3600 * 1000;

let commands: ReadonlyMap<string, Command>;
let door: TestHouse;
let clock: FakeClock;
let known: string[];
let records: ReturnType<typeof openRecords>;
beforeAll(async () => {
  commands = await shippedCommands();
});
beforeEach(() => {
  clock = new FakeClock();
  known = [notes];
  const backups: Pick<typeof records, "list" | "get"> = {
    list: (app) => records.list(app),
    get: (id) => records.get(id),
  };
  const apps = {
    list: () => known.map((domain) => ({ domain })),
    get(app: string) {
      if (!known.includes(app)) throw appUnknown({ app });
    },
  };
  door = openHouse(commands, { trades: { apps, backups } as unknown as Trades });
  records = openRecords({ db: door.db, clock, audit: door.audit });
});
const says = async (line: string): Promise<string> => textOf(await door.says("bo", line));

/** One a day, the oldest first; its id tells when. */
async function taken(states: ("proven" | "doubtful" | "failed" | "forgotten" | "running")[], app = notes) {
  for (const [at, state] of states.entries()) {
    const run = `${String.fromCharCode(97 + Math.floor(at / 26))}${String.fromCharCode(97 + (at % 26))}kor`;
    const plan = { app, server: "local", stack: "x", repository: "nightly", recipe: "notes", version: null };
    records.begin({ ...plan, warnings: [] } as never, run, { cause: "schedule", askedBy: null });
    const more = { files: 1, bytes: 2e6, addedBytes: 3, snapshots: [], warnings: [] };
    if (state === "failed") records.end(run, { state, reason: "It rained." });
    else if (state !== "running") records.end(run, { state: "proven", reason: null, ...more });
    if (state === "doubtful" || state === "forgotten") records.mark(run, state, null);
    await clock.turn(dayMs);
  }
}

test("of one app all that is there is listed, however much failed or was removed since", async () => {
  await taken(["proven", ...Array.from({ length: 30 }, () => "forgotten" as const), "failed", "doubtful"]);
  expect(await says(`backup list ${notes}`)).toBe(
    [
      "There are 2 backups of notes.example.coop, the newest first:",
      "- `bgkor` · 2026-11-02 08:00 UTC · doubtful · 2.0 MB · nightly",
      "- `aakor` · 2026-10-01 08:00 UTC · proven · 2.0 MB · nightly",
      "- 31 that failed or were removed are not shown: `backup list notes.example.coop --all`",
      "More about one: `backup show <backup>`",
    ].join("\n"),
  );
  const all = await says(`backup list ${notes} --all`);
  expect(all).toContain("There are 33 backups of notes.example.coop");
  expect(all).toContain("`bfkor` · 2026-11-01 08:00 UTC · failed · nightly · It rained.");
  expect(all).not.toContain("not shown");
});

test("what lies in a repository that was taken out is not offered, and is found in the history", async () => {
  await taken(["proven", "proven", "failed", "proven"]);
  for (const id of ["aakor", "abkor"]) records.mark(id, "away", "The repository nightly was taken out.");
  expect(await says(`backup list ${notes}`)).toBe(
    [
      "There is one backup of notes.example.coop:",
      "- `adkor` · 2026-10-04 08:00 UTC · proven · 2.0 MB · nightly",
      "- One that failed or was removed is not shown: `backup list notes.example.coop --all`",
      "- 2 whose repository was taken out of Tandem are not shown: `backup list notes.example.coop --all`",
      "More about one: `backup show <backup>`",
    ].join("\n"),
  );
  expect(await says(`backup list ${notes} --all`)).toContain(
    "- `abkor` · 2026-10-02 08:00 UTC · away · 2.0 MB · nightly · The repository nightly was taken out.",
  );
  const shown = await says("backup show abkor");
  expect(shown).toContain("The backup abkor of notes.example.coop is away.");
  expect(shown).toContain(
    "When its repository is added again (`backup repo add`), it counts again as what it was.",
  );
  expect(shown).not.toContain("app restore");
});

test("of one app all are listed, of all apps the newest", async () => {
  await taken(Array.from({ length: 25 }, () => "proven" as const));
  expect((await says(`backup list ${notes}`)).match(/proven/g)).toHaveLength(25);
  const all = await says("backup list");
  expect(all.match(/\*?notes.example.coop\*?.*proven/g)).toHaveLength(20);
  expect(all).toContain("and 5 older ones. All of one app: `backup list <domain>`");
});

test("an app that was removed has its backups still, and it is said how it comes back", async () => {
  await taken(["proven", "running"]);
  known = [];
  expect(await says(`backup list ${notes}`)).toContain(
    "notes.example.coop is no app any more. To bring it back: `app restore notes.example.coop aakor`",
  );
  expect(codeOf(await door.says("bo", "backup list wiki.example.coop"))).toBe("app-unknown");
  known = ["wiki.example.coop"];
  expect(await says("backup list wiki.example.coop")).toBe(
    "There is no backup of wiki.example.coop.\nTo take one: `app backup wiki.example.coop`",
  );
});

test("the status names what is red first, and Tandem's own care beside the apps", async () => {
  const app = { app: notes, state: "fresh", newestAt: null, words: "backed up 3 hours ago" };
  const care = [
    { kind: "self", state: "fine", words: "**Tandem itself** · backed up 5 hours ago, into away" },
    { kind: "check", state: "red", words: "**The data of away** · last checked 9 days ago" },
  ];
  const backups = { freshnessOfAll: () => [app], careStates: () => care };
  const house = openHouse(commands, { trades: { backups } as unknown as Trades });
  expect(textOf(await house.says("bo", "backup status"))).toBe(
    [
      "Every app that should have a proven backup has a fresh one. Not all is well around them.",
      "- ✕ **The data of away** · last checked 9 days ago",
      "- ✓ **notes.example.coop** · backed up 3 hours ago",
      "- ✓ **Tandem itself** · backed up 5 hours ago, into away",
      "All of them: `backup list`",
    ].join("\n"),
  );
});
