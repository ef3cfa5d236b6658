/** An app that is known and does not run: what is said of it, and when it is lost. */
import { expect, test } from "vitest";
import { changedSince, isLost } from "../../src/backups/lost.ts";
import { restoreNotRunning } from "../../src/core/problems/restoring.ts";
import type { App } from "../../src/apps/types.ts";
import type { RecipeVersion } from "../../src/core/terms.ts";

const app = { domain: "notes.example.coop", server: "local", stack: "notes_example_coop" } as App;

test.each([
  [{}, true],
  [{ stacks: [{}] }, false],
  [{ volumes: ["notes_example_coop_data"] }, false],
  // A deploy would take these, so they are not lost.
  [{ secrets: ["notes_example_coop_key_v1"] }, false],
])("with %j it is lost: %s", async ({ stacks = [], volumes = [], secrets = [] }: Left, lost) => {
  const swarm = {
    stacks: () => Promise.resolve(stacks),
    belongings: () => Promise.resolve({ volumes, secrets, unseen: [] }),
  };
  expect(await isLost({ servers: { swarmOf: () => swarm } } as never, app)).toBe(lost);
});

interface Left {
  stacks?: object[];
  volumes?: string[];
  secrets?: string[];
}

test("what is otherwise by now is told by name, and no value is", () => {
  const apps = { envOf: () => "DOMAIN=notes.example.coop\nTITLE=new title\nNEW=1\n" } as never;
  const [then, now] = ["1.0.0+1.0", "1.1.0+1.1"] as RecipeVersion[];
  const env = "DOMAIN=notes.example.coop\nTITLE=old title\n";
  const words = changedSince({ apps }, app, { env }, { version: then ?? null, runs: now ?? null });
  expect(words).toEqual([
    "It was at 1.1.0+1.1 last, and comes back as 1.0.0+1.0, as it was in the backup.",
    "Settings that were changed since the backup go back, too: NEW, TITLE.",
  ]);
  const same = "DOMAIN=notes.example.coop\nTITLE=new title\nNEW=1\n";
  expect(changedSince({ apps }, app, { env: same }, { version: null, runs: now ?? null })).toEqual([]);
});

test("the remedy is a deploy only where no secret would be made anew by it", () => {
  const about = { app: "notes.example.coop", server: "local", backup: "bakor" };
  const remedy = (left: string[], anew: string[]) => restoreNotRunning({ ...about, left, anew }).text.remedy;
  expect(remedy(["data"], [])).toContain("`app deploy notes.example.coop`");
  expect(remedy(["data"], ["key"])).not.toContain("app deploy");
  expect(remedy([], [])).toBe(
    "Bring all of it back, with the old values of its secrets: `app restore notes.example.coop bakor`",
  );
});
