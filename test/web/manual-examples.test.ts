/** What the manual tells people to say can be said, and what it shows contributors works. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openDocs } from "../../src/docs/index.ts";
import { startedOtherwise } from "../../src/house/scheduled.ts";
import { discover, parse } from "../../src/router/index.ts";

const root = path.join(import.meta.dirname, "../..");
const docs = openDocs();
const folders = {
  commands: [path.join(root, "commands")],
  workflows: [path.join(root, "workflows")],
  startedOtherwise,
};
/** Made from the program, and held equal to it by tests of their own. */
const generated = ["commands", "problems", "settings", "recipe-rules"];
const pages = docs
  .list()
  .map(({ name }) => name)
  .filter((name) => !generated.includes(name));
const { commands } = await discover(folders);
const firstWords = new Set([...commands.keys()].map((name) => name.split(" ")[0] ?? ""));

const stands: Record<string, string> = {
  domain: "notes.example.coop",
  "version before": "1.0.0",
  setting: "PORT",
  value: "8081",
  recipe: "custom-html",
  label: "script",
  page: "approve",
  run: "bakor",
  why: "it is late",
  server: "swarm-1",
  node: "swarm-2",
  host: "192.0.2.7",
};

/** Everything in `backticks` or in a block that begins as a command does. */
function saidIn(text: string): string[] {
  const blocks = [...text.matchAll(/```\n([\s\S]*?)```/g)].flatMap(([, inner = ""]) => inner.split("\n"));
  const inline = [...text.replace(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map(
    ([, inner = ""]) => inner,
  );
  return [...blocks, ...inline]
    .map((line) => line.replace(/^!tandem /, "").replace(/ {3,}.*$/, ""))
    .filter(
      (line) => firstWords.has(line.split(" ")[0] ?? "") && !line.includes("://") && !line.includes(": "),
    );
}

const said = pages.flatMap((page) => saidIn(docs.read(page) ?? "").map((line) => [page, line] as const));

test("the manual says commands", () => {
  expect(said.length).toBeGreaterThan(25);
});

test.each(said)("%s: %s", (_page, line) => {
  const filled = line.replace(/<([^>]+)>/g, (whole, name: string) => stands[name] ?? whole);
  if (commands.has(filled)) return;
  expect(parse(filled, commands).name.split(" ")[0]).toBe(line.split(" ")[0]);
});

test("the command of the contributors' page works when it is put where it says", async () => {
  const text = docs.read("contributors") ?? "";
  const example = [...text.matchAll(/```\n(import [\s\S]*?)```/g)].map(([, inner = ""]) => inner)[0] ?? "";
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-command-"));
  mkdirSync(path.join(folder, "app"));
  writeFileSync(path.join(folder, "app/ports.ts"), example.replaceAll("../../src/", `${root}/src/`));
  try {
    const found = await discover({ ...folders, commands: [...folders.commands, folder] });
    const heard = parse("app ports notes.example.coop", found.commands);
    expect(heard.args).toEqual({ app: "notes.example.coop" });
    expect(heard.command.reads).toBe(true);
    const apps = { services: () => Promise.resolve([1, 2]) };
    const reply = await heard.command.run({ args: heard.args, apps } as never);
    expect(reply).toMatchObject({ message: { blocks: [{ text: "notes.example.coop has 2 services." }] } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
