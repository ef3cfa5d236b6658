import { expect, test } from "vitest";
import { render } from "../../src/chat/render.ts";
import { nothingToChange } from "../../workflows/parts/nothing-to-change.ts";

/** What is said of an app whose specs are as they should be, when this is how it does. */
async function said(verdict: object): Promise<string> {
  const step = (_: string, work: (context: object) => unknown): unknown => work({});
  const apps = { verdict: () => Promise.resolve(verdict) };
  const plan = { domain: "notes.example.coop" } as never;
  return render(await nothingToChange({ step, apps } as never, plan, "notes.example.coop already runs 2."))
    .body;
}

test("an app that is well already runs what was asked for, and nothing more is said", async () => {
  expect(await said({ outcome: "converged", seconds: 0 })).toBe("notes.example.coop already runs 2.");
});

test("where its update was paused or it dies again and again, that is said with its last lines", async () => {
  const text = await said({
    outcome: "failed",
    reason: "its update is paused: app crashed twice.",
    lastLines: ["no such table"],
  });
  expect(text).toContain("already runs 2.");
  expect(text).toContain("But it is not well: its update is paused: app crashed twice.");
  expect(text).toContain("no such table");
  expect(text).toContain("app logs notes.example.coop");
});
