/** What people say about recipes, and what they are answered: real repositories, a catalogue in a file. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { render } from "../../src/chat/render.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { openRecipes } from "../../src/recipes/index.ts";
import { tryCompose } from "../../src/swarm/index.ts";
import type { Trades } from "../../src/workflow/index.ts";
import { expectGolden } from "../golden.ts";
import { goodFiles } from "../recipes/recipe-files.ts";
import { git, remove, repository, temporaryFolder, type Repository } from "../recipes/repository.ts";
import { openHouse, shippedCommands, type TestHouse } from "../router/house.ts";

let data: string;
let repo: Repository;
let door: TestHouse;

beforeAll(async () => {
  data = temporaryFolder();
  repo = repository();
  const old = goodFiles("1.0.0+1.29.2");
  const before = (old["compose.yml"] ?? "").replaceAll("nginx:1.29.3", "nginx:1.29.2");
  repo.publish("1.0.0+1.29.2", { ...old, "compose.yml": before });
  const next = goodFiles("2.0.0+1.29.3");
  repo.publish("2.0.0+1.29.3", {
    ...next,
    "compose.yml": (next["compose.yml"] ?? "").replace("- DOMAIN\n", "- DOMAIN\n      - HOST=$DOMAIN-www\n"),
    ".env.sample": `${next[".env.sample"] ?? ""}MAIL_FROM=notes@example.com\n`,
    "app.conf.tmpl": 'mail = {{ env "MAIL_FROM" }}\n',
    "release/2.0.0+1.29.3": "Set MAIL_FROM before the upgrade.\n",
  });
  git(repo.dir, "tag", "--annotate", "-m", "x", "before-the-move");
  const photos = {
    repository: "https://git.example.coop/photos.git",
    description: "Photos for everyone",
    category: "Apps",
    features: { backups: "Yes", status: 4 },
    versions: [{ "3.1.0+2.2": {} }],
  };
  writeFileSync(path.join(data, "recipes.json"), JSON.stringify({ photos, "not a name": {} }));
  const recipes = openRecipes({
    sources: { notes: repo.dir },
    catalogue: path.join(data, "recipes.json"),
    dataDir: data,
    clock: new FakeClock(),
    tryCompose,
  });
  door = openHouse(await shippedCommands(), { trades: { recipes } as Partial<Trades> as Trades });
});
afterAll(() => [data, repo.dir].forEach(remove));

async function said(line: string): Promise<string> {
  const outcome = await door.says("bo", line);
  if (outcome.kind === "problem") return Object.values(outcome.problem.text).join("\n");
  const attached = outcome.message.attachment;
  return (
    render(outcome.message).body + (attached === undefined ? "" : `\n[${attached.name}]\n${attached.text}`)
  );
}

it("recipes are found, looked at and compared in the words of the golden file", async () => {
  const told: string[] = [];
  for (const line of [
    "recipe list",
    "recipe search photo",
    "recipe search everyone apps",
    "recipe search nothing of the kind",
    "recipe show notes",
    "recipe versions notes",
    "recipe diff notes 1.0.0+1.29.2",
    "recipe diff notes 2.0.0+1.29.3 2.0.0+1.29.3",
    "recipe lint notes",
    "recipe lint notes 1.0.0+1.29.2",
    "recipe lint notes 1.0.0+1.29.9",
    "recipe show fotos",
  ])
    told.push(`> ${line}\n${await said(line)}\n`);
  const text = told
    .join("\n")
    .replaceAll(data, "DATA")
    .replaceAll(repo.dir, "REPOSITORY")
    .replace(/\b\d{4}-\d\d-\d\d\b/g, "DAY");
  expectGolden("messages/recipes.txt", text);
  expect(text).not.toMatch(/undefined|\[object/);
});

it("the JSON faces get the same as data", async () => {
  expect(await door.says("bo", "recipe lint notes")).toMatchObject({
    json: {
      ok: false,
      counts: { error: 2 },
      findings: [{ rule: "T020" }, { rule: "T022" }, { rule: "R006" }, { rule: "R013" }],
    },
  });
  expect(await door.says("bo", "recipe versions notes")).toMatchObject({
    json: [{ name: "2.0.0+1.29.3" }, { name: "1.0.0+1.29.2" }, { version: null }],
  });
});
