/** A run that cannot go on: its room hears why, once, and whoever asked for it is rung. */
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { App } from "../../src/apps/index.ts";
import type { Outgoing } from "../../src/chat/transport.ts";
import type { Problem } from "../../src/core/problem.ts";
import { journalRefused, storyChanged, storyGone } from "../../src/core/problems/workflow.ts";
import { AppDomain, MatrixId, MemberName } from "../../src/core/terms.ts";
import { tellStranded } from "../../src/house/stranded.ts";
import { workflow } from "../../src/workflow/index.ts";
import type { RunDetail } from "../../src/workflow/types.ts";
import { ana, bo, openStage, room, type Stage } from "./stage.ts";

const changed = storyChanged(storyChanged.example);

describe("where it is told", () => {
  const asker = MatrixId.parse("@ana:example.coop");
  const domain = AppDomain.parse("notes.example.coop");
  let posted: Outgoing[];
  let logged: unknown[];
  let shown: Partial<RunDetail> | undefined;
  beforeEach(() => {
    posted = [];
    logged = [];
    shown = { askedBy: "ana", place: { room: "!r", eventId: "$1", threadRoot: "$0" }, lock: `app ${domain}` };
  });

  function teller(defaultRoom?: string, post = (out: Outgoing): void => void posted.push(out)) {
    return tellStranded({
      log: { error: (...said: unknown[]) => void logged.push(said) } as never,
      apps: { find: (name) => (name === domain ? ({ room: "!notes" } as App) : undefined) },
      people: {
        byName: () => ({
          name: MemberName.parse("ana"),
          displayName: "Ana",
          seat: null,
          matrixIds: [asker],
          roles: [],
        }),
      },
      engine: { show: () => shown as RunDetail | undefined },
      outbox: { post },
      defaultRoom,
    });
  }
  const rooms = (): unknown[] => posted.map((out) => out.room);

  test("in the place that asked, in three parts, ringing the asker, under a key that a restart makes again", () => {
    teller("!default")("bakor", changed);
    const { happened, means, remedy } = changed.text;
    expect(posted).toEqual([
      {
        kind: "message",
        key: "bakor/stranded/story-changed",
        room: "!r",
        message: {
          blocks: [{ kind: "text", text: [happened, means, remedy, "Run `bakor`"].join("\n") }],
          mentions: [asker],
        },
        replyTo: "$1",
        threadRoot: "$0",
      },
    ]);
    expect(logged).toEqual([[{ run: "bakor", code: "story-changed" }, happened]]);
  });

  test("one from no room in its app's room, else in the default room; a schedule rings nobody", () => {
    shown = { askedBy: null, place: null, lock: `app ${domain}` };
    teller("!default")("bakor", changed);
    for (const lock of ["app other.example.coop", "app no domain", "books", null]) {
      shown = { askedBy: null, place: null, lock };
      teller("!default")("bakor", changed);
    }
    shown = undefined;
    teller("!default")("bakor", changed);
    expect(rooms()).toEqual(["!notes", ...Array<string>(5).fill("!default")]);
    expect(posted[0]).toMatchObject({ message: { mentions: [] } });
  });

  test("without any room it is in the log alone; so it is when the outbox takes nothing", () => {
    shown = { askedBy: null, place: null, lock: null };
    teller()("bakor", changed);
    expect([posted, logged.length]).toEqual([[], 1]);
    const refusal = new Error("attempt to write a readonly database");
    const refused = journalRefused({ run: "bakor", reason: refusal.message });
    teller("!default", () => {
      throw refusal;
    })("bakor", refused);
    expect(logged.slice(1)).toEqual([
      [{ run: "bakor", code: "journal-refused" }, refused.message],
      [expect.objectContaining({ err: refusal }), expect.any(String)],
    ]);
  });
});

describe("in the whole house", () => {
  const settings = {
    recipes: { "custom-html": path.join(import.meta.dirname, "../../recipes/custom-html") },
  };
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage(settings);
  });
  afterEach(() => stage.stop());

  const again = async (): Promise<void> => {
    await stage.house.stop();
    await stage.engine.close();
    stage = await openStage({ ...settings, folder: stage.folder });
    await stage.rest();
  };
  const said = (): string[] => stage.chat.board.all().map(({ text }) => text);
  const words = ({ text }: Problem, run: string): string =>
    ["@ana:demo: " + text.happened, text.means, text.remedy, `Run \`${run}\``].join("\n");
  const told = (): unknown[] =>
    stage.rows("select key, room, state from outbox where key like '%/stranded/%' order by key");

  test("a run whose story is gone says so after the start, and not again after the next one", async () => {
    const waiting = workflow({ input: z.null(), run: ({ waitFor }) => waitFor("a word") });
    stage.house.engine.register("porch", waiting);
    const { runId: run } = stage.house.engine.start("porch", null, { askedBy: "ana", place: { room } });
    await stage.rest();
    await again();
    expect(said()).toEqual([words(storyGone({ run, workflow: "porch", version: 1 }), run)]);
    const once = [{ key: `${run}/stranded/story-gone`, room, state: "sent" }];
    expect(told()).toEqual(once);
    await again();
    expect(said()).toEqual([]);
    expect(told()).toEqual(once);
    expect(stage.log()).toContain('"code":"story-gone"');
  });

  test("one whose story has changed says so when it is agreed to, where otherwise there would be silence", async () => {
    await stage.say(ana, "!tandem app new custom-html notes.example.coop");
    await stage.say(ana, "!tandem app remove notes.example.coop");
    const [{ id: run } = { id: "" }] = stage.house.engine.list({ open: true });
    // What is a step in the story of today was another thing when it was told.
    stage.house.db.sqlite.prepare("update step set kind = 'wait' where run = ? and key = 'look'").run(run);
    await again();
    expect(said()).toEqual([]);
    const [agreed, why] = await stage.say(bo, `!tandem approve ${run} notes.example.coop`);
    expect(agreed).toContain(`run \`${run}\` goes on.`);
    const as = { run, workflow: "remove", version: 1, step: "look", was: "wait", is: "step" };
    expect(why).toBe(words(storyChanged(as), run));
    await again();
    expect(said()).toEqual([]);
    expect(told()).toEqual([{ key: `${run}/stranded/story-changed`, room, state: "sent" }]);
  });
});
