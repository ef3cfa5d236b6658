import { describe, expect, test } from "vitest";
import { mostProgressLines, sayProgress, type Told } from "../../src/chat/progress.ts";
import { render } from "../../src/chat/render.ts";
import type { StepView } from "../../src/workflow/types.ts";
import { expectGolden } from "../golden.ts";

const now = Date.parse("2026-10-01T08:00:00Z");
const step = (key: string, more: Partial<StepView> = {}): StepView => ({
  key,
  kind: "step",
  status: "done",
  attempt: 1,
  dueAt: null,
  problem: null,
  startedAt: now,
  finishedAt: now,
  undo: null,
  ...more,
});
const outline = ["plan", "approval", "back up", "deploy", "watch"];
const run = (more: Partial<Told> = {}): Told => ({
  id: "bakor",
  workflow: "upgrade",
  status: "running",
  lock: "app cloud.example.coop",
  waitsFor: null,
  outline,
  problem: null,
  steps: [],
  ...more,
});
const told = { code: "x", happened: "The registry does not answer.", means: "m", remedy: "r" };
const show = (told: Told, at?: number): string => render(sayProgress(told, at)).body;

describe("progress", () => {
  test("golden: one run from start to end, with every kind of wait", () => {
    const stages: [string, Told][] = [
      [
        "waits for another run",
        run({ status: "waiting", waitsFor: `the run dimut, which holds "app cloud.example.coop"` }),
      ],
      ["began", run({ steps: [step("plan", { status: "running" })] })],
      [
        "asks",
        run({
          status: "waiting",
          waitsFor: "a maintainer to agree",
          steps: [step("plan"), step("approval", { kind: "approval", status: "waiting" })],
        }),
      ],
      [
        "tries again",
        run({
          steps: [
            step("plan"),
            step("approval", { kind: "approval" }),
            step("back up", { status: "retry", attempt: 2, dueAt: now + 20_000, problem: told }),
          ],
        }),
      ],
      [
        "in the middle, second try",
        run({
          steps: [
            step("plan"),
            step("approval", { kind: "approval" }),
            step("back up"),
            step("began at", { kind: "now" }),
            step("deploy", { status: "running", attempt: 2 }),
          ],
        }),
      ],
      [
        "sleeps",
        run({
          status: "waiting",
          waitsFor: "until 2026-10-03T08:00:00Z",
          steps: [
            step("plan"),
            step("cool down", { kind: "sleep", status: "waiting", dueAt: now + 2 * 86_400_000 }),
          ],
        }),
      ],
      ["done", run({ status: "done", steps: outline.map((name) => step(name)) })],
      [
        "takes back",
        run({
          steps: [
            ...["plan", "approval"].map((name) => step(name)),
            step("back up"),
            step("deploy", { undo: "running" }),
            step("watch", {
              status: "failed",
              problem: { ...told, happened: "cloud never became healthy." },
            }),
          ],
        }),
      ],
      [
        "undone",
        run({
          status: "undone",
          steps: [
            step("plan"),
            step("deploy", { undo: "done" }),
            step("watch", {
              status: "failed",
              problem: { ...told, happened: "cloud never became healthy.\n(more)" },
            }),
          ],
        }),
      ],
      [
        "could not be taken back",
        run({
          status: "failed",
          steps: [step("deploy", { undo: "failed" }), step("watch", { status: "failed" })],
        }),
      ],
      ["cancelled", run({ status: "cancelled", steps: [step("plan")], lock: null })],
      [
        "stands still",
        run({
          status: "waiting",
          waitsFor: "The run bakor began with version 1 of upgrade, which is not here any more.",
          problem: {
            ...told,
            happened: "The run bakor began with version 1 of upgrade, which is not here any more.",
          },
          steps: [step("plan")],
        }),
      ],
    ];
    expectGolden(
      "messages/progress.txt",
      stages.map(([name, stage]) => `=== ${name}\n${show(stage, now)}\n`).join("\n"),
    );
  });

  test("it rings nobody", () => {
    expect(sayProgress(run()).mentions).toBeUndefined();
  });

  test("without a now the next try is said as a time of day", () => {
    const waits = step("deploy", { status: "retry", dueAt: now + 20_000 });
    expect(show(run({ steps: [waits], outline: [] }))).toContain("● deploy: tries again at 08:00:20 UTC");
  });

  test("two questions at once do not borrow each other's reason", () => {
    const ask = (key: string): StepView => step(key, { kind: "approval", status: "waiting" });
    const body = show(
      run({
        status: "waiting",
        waitsFor: "a maintainer to agree; a treasurer to agree",
        steps: [ask("a"), ask("b")],
      }),
    );
    expect(body).toContain("● a: waits for people to agree\n● b: waits for people to agree");
  });

  test.each([5, 11, 12, 40])("%i steps done and as many to come stay within twelve lines", (many) => {
    const names = Array.from({ length: many }, (_, i) => `step ${i + 1}`);
    const body = show(
      run({
        outline: [...names, "now", ...names.map((name) => `later ${name}`)],
        steps: [...names.map((name) => step(name)), step("now", { status: "running" })],
      }),
    );
    const lines = body.split("\n");
    expect(lines.length).toBeLessThanOrEqual(mostProgressLines);
    expect(lines).toContain("● now");
    expect(lines).toContain(`✓ step ${many}`);
    if (many > 5) {
      expect(lines[1]).toMatch(/^… \d+ earlier steps$/);
      expect(lines.at(-1)).toMatch(/^… \d+ more to come$/);
    }
  });

  test("what failed and what is under way is never folded away", () => {
    const many = Array.from({ length: 30 }, (_, i) => step(`step ${i}`, { status: "failed" }));
    const lines = show(run({ status: "failed", steps: [...many, step("last", { undo: "failed" })] })).split(
      "\n",
    );
    expect(lines.length).toBeLessThanOrEqual(mostProgressLines);
    expect(lines.at(-1)).toBe("✕ last: could not be taken back");
  });
});
