/** What is typed wrongly, in the whole house: answered in three parts, and nothing has changed. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ana, bo, cleo, eve, expectProblem, expectWords, openStage, room, type Stage } from "./stage.ts";

const sample = path.join(import.meta.dirname, "../../recipes/custom-html");
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ recipes: { "custom-html": sample } });
  await stage.say(ana, "!tandem app new custom-html notes.example.coop");
});
afterAll(() => stage.stop());

const done = "Nothing was done.";
const domain = "an app's domain, such as cloud.example.coop";
const show = "Say it like this: app show <app>. Example: app show notes.example.coop";

/** The path of a command is its wording. */
const words = readdirSync(path.join(import.meta.dirname, "../../commands/app"))
  .map((name) => name.replace(/\.ts$/, ""))
  .filter((name, index, all) => name !== "parts" && all.indexOf(name) === index)
  .sort();
const afterApp = `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;

const wrong: [what: string, typed: string, lines: string[]][] = [
  [
    "an app that is not there",
    "app show note.example.coop",
    [
      "There is no app note.example.coop here.",
      "Nothing was looked up or changed.",
      "The nearest is notes.example.coop. See all of them: `app list`",
    ],
  ],
  [
    "a domain that is none",
    "app show notes_example",
    [
      "app show cannot work with notes_example.",
      "    app show notes_example",
      `             ^ expected ${domain}`,
      `It needs ${domain}. Nothing was done.`,
      show,
    ],
  ],
  [
    "a quotation mark without its end",
    'app show "notes',
    [
      "A quotation mark is opened and never closed.",
      '    app show "notes',
      "             ^ expected a closing quotation mark after this",
      "It is not clear where the words that belong together end. Nothing was done.",
      'Close it, or put a backslash before it if it is meant as it stands: \\"',
    ],
  ],
  [
    "5 KB at once",
    `app show ${"x".repeat(5111)}`,
    [
      "The command is 5120 bytes long; 4096 is the most.",
      done,
      "Say it shorter. Long texts belong in a file or a link.",
    ],
  ],
  [
    "a flag that is not there",
    "app logs notes.example.coop --line 3",
    [
      "app logs has no --line.",
      "    app logs notes.example.coop --line 3",
      "                                ^ expected --lines, --follow",
      done,
      "Was --lines meant? Say it like this: app logs <app> [service] [--lines <lines>] [--follow]. " +
        "Example: app logs notes.example.coop app --lines 30",
    ],
  ],
  [
    "the name before the verb",
    "app notes.example.coop deploy",
    [
      "There is no command app notes.example.coop deploy.",
      "Here the verb comes before the name. Nothing was done.",
      "Say it in this order: app deploy notes.example.coop",
    ],
  ],
  [
    "a misspelt command",
    "app deplyo notes.example.coop",
    [
      "There is no command app deplyo.",
      "    app deplyo notes.example.coop",
      `        ^ expected ${afterApp}`,
      done,
      "Was this meant: app deploy notes.example.coop",
    ],
  ],
  [
    "half a command",
    "app",
    [
      "app is only the beginning of a command.",
      done,
      `It goes on with ${afterApp}. To read about them: help app`,
    ],
  ],
  ["a command without what it is about", "app show", [`app show needs ${domain}. Which one?`, done, show]],
  [
    "a word too many",
    "app show notes.example.coop now",
    [
      "app show does not know what to do with now.",
      "    app show notes.example.coop now",
      "                                ^ expected nothing more here",
      done,
      `${show}. Words that belong together go in "quotation marks".`,
    ],
  ],
  [
    "a password in the open",
    "app set notes.example.coop SMTP_PASSWORD hunter2hunter2",
    [
      "SMTP_PASSWORD looks like the setting of a password or a key, so it was not set.",
      "What is said as a command stays in the room's history and in the audit, where many can read it.",
      "If you just said a real one, change it where it is used. An operator can put it into a secret of the swarm.",
    ],
  ],
  [
    "what only an operator may do",
    "member add eve @eve:elsewhere",
    ["member add is for operators; ana is none.", done, "Ask one of them to say it: cleo (@cleo:demo)."],
  ],
  [
    "a run that is not there",
    "run show zzzzz",
    ["There is no run zzzzz.", "Nothing was changed.", "See the runs with: runs"],
  ],
];

describe("what cannot be carried out is answered in three parts, and nothing has changed", () => {
  test.each(wrong)("%s", async (_what, typed, lines) => {
    const before = stage.world();
    const said = await stage.say(ana, `!tandem ${typed}`);
    expect(said).toHaveLength(1);
    expectProblem(said, lines);
    expect(stage.world()).toEqual(before);
    expect(stage.engine.orders).toEqual([]);
  });

  test("no password that was refused is left in the audit or the journal", () => {
    const kept = ["audit", "answered", "run", "step"].map((table) => stage.rows(`select * from "${table}"`));
    expect(JSON.stringify(kept)).not.toContain("hunter2hunter2");
  });
});

describe("letters that cannot be seen", () => {
  test.each([
    ["NULs", "app show no\0tes.example.coop"],
    ["marks that turn the writing", "app \u202eshow \u2066notes.example.coop\u2069"],
    ["spaces of no width", "app show notes\u200b.example.coop"],
  ])("%s count for nothing: what is seen is what is meant", async (_what, typed) => {
    const said = await stage.say(ana, `!tandem ${typed}`);
    expect(said.join()).toMatch(/^notes\.example\.coop is a custom-html 1\.1\.0\+1\.0\.0 on local\./);
    expectWords(said);
  });

  test("letters that only look alike are another name, and it is said which was meant", async () => {
    // The о is Cyrillic.
    const said = await stage.say(ana, "!tandem app show nоtes.example.coop");
    expect(said).toHaveLength(1);
    expect(said[0]).toContain("app show cannot work with nоtes.example.coop.");
    expectWords(said);
  });
});

describe("who is heard", () => {
  test("a stranger is told once whom to ask, and it is written down", async () => {
    const before = stage.world();
    const said = await stage.say(eve, "!tandem app deploy notes.example.coop");
    expectProblem(said, [
      "@eve:elsewhere is not known here.",
      "Only members of the co-op can give commands. Nothing was done.",
      "Ask an operator (cleo (@cleo:demo)) to say: member add <name> @eve:elsewhere",
    ]);
    expect(stage.world()).toEqual(before);
    const [last] = stage.rows("select * from audit order by n desc limit 1");
    expect(last).toMatchObject({ who: "@eve:elsewhere", what: "command.denied", subject: "app deploy" });
  });

  test("who was removed is a stranger from then on, with commands and with voices", async () => {
    const dan = "@dan:demo" as typeof ana;
    await stage.say(cleo, "!tandem member add dan @dan:demo");
    expect((await stage.say(dan, "!tandem whoami"))[0]).toMatch(/^You are dan/);
    await stage.say(cleo, "!tandem member remove dan");
    expect((await stage.say(dan, "!tandem app list"))[0]).toMatch(/^@dan:demo is not known here\./);
    expect((await stage.say(dan, "!tandem approve bakor notes.example.coop"))[0]).toMatch(
      /is not known here/,
    );
  });

  test("a pill instead of a name is the person behind it", async () => {
    await stage.say(cleo, "!tandem member add fay @fay:demo");
    const html = 'member role <a href="https://matrix.to/#/@fay:demo">Fay</a> treasurer';
    const event = { room, sender: cleo, at: Date.now(), mentioned: false, direct: false };
    const text = "!tandem member role Fay treasurer";
    stage.hear({
      ...event,
      kind: "message",
      eventId: "$pill",
      text,
      html: `!tandem ${html}`,
      trust: "verified",
    });
    await stage.rest();
    expect(stage.house.people.byName("fay")?.roles).toContain("treasurer");
  });
});

describe("what is heard twice", () => {
  test("the same event delivered again changes nothing and is answered once", async () => {
    const event = {
      ...{ kind: "message" as const, eventId: "$twice", room, sender: cleo, at: Date.now() },
      ...{
        text: "!tandem seat add rivers Rivers",
        mentioned: false,
        direct: false,
        trust: "verified" as const,
      },
    };
    expect(stage.hear(event)).toBe(true);
    await stage.rest();
    const [said, world] = [stage.chat.board.all().length, stage.world()];
    expect(JSON.stringify(world)).toContain("rivers");
    expect(stage.hear(event)).toBe(false);
    await stage.rest();
    expect(stage.chat.board.all()).toHaveLength(said);
    expect(stage.world()).toEqual(world);
    // Even if the inbox had forgotten it: the door knows the key.
    stage.house.db.sqlite.prepare("delete from inbox where event_id = '$twice'").run();
    const audited = stage.rows("select count(*) as n from audit");
    expect(stage.hear(event)).toBe(true);
    await stage.rest();
    expect(stage.chat.board.all()).toHaveLength(said);
    expect(stage.world()).toEqual(world);
    expect(stage.rows("select count(*) as n from audit")).toEqual(audited);
  });

  test("two deploys of one app at once follow each other", async () => {
    stage.chat.say(ana, "!tandem app deploy notes.example.coop 1.0.0+1.0.0");
    stage.chat.say(bo, "!tandem app deploy notes.example.coop 1.1.0+1.0.0");
    await stage.rest();
    const open = stage.house.engine.list({ open: true }).toReversed();
    const asking = open.filter((run) =>
      stage.house.engine.show(run.id)?.steps.some((step) => step.key === "plan"),
    );
    expect(open).toHaveLength(2);
    expect(asking.map((run) => run.askedBy)).toEqual(["ana"]);
    expect(open[1]?.waitsFor).toContain("notes.example.coop");
    await stage.say(ana, `!tandem cancel ${open[0]?.id ?? ""} changed my mind`);
    const second = stage.house.engine.show(open[1]?.id ?? "");
    expect(second?.steps.map((step) => step.key)).toContain("plan");
    await stage.say(bo, `!tandem cancel ${open[1]?.id ?? ""} neither`);
    expect(stage.house.engine.list({ open: true })).toEqual([]);
    expect(stage.engine.orders).toEqual([]);
  });
});
