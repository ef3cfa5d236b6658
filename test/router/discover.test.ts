import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { startedOtherwise } from "../../src/house/scheduled.ts";
import { Problem } from "../../src/core/problem.ts";
import { discover, type Discovered, type Folders } from "../../src/router/index.ts";

const root = path.join(import.meta.dirname, "../..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tandem-discover-"));
  for (const name of ["commands", "workflows", "more"]) mkdirSync(path.join(folder, name));
});

const put = (file: string, text: string): void => {
  const whole = path.join(folder, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, text);
};
const define = path.join(root, "src/router/define.ts");
const zod = path.join(root, "node_modules/zod/index.js");
const putCommand = (file: string, example: string, spec = "", head = ""): void =>
  put(
    file,
    `import { command } from "${define}"; import { z } from "${zod}"; ${head}
     export default command({ summary: "It.", role: "member", args: {}, run: () => null, example: "${example}", ${spec} });`,
  );
const putWorkflow = (file: string, head = ""): void =>
  put(file, `${head} export default { kind: "workflow", version: 1, run: async () => null };`);
const look = (more: Partial<Folders> = {}): Promise<Discovered> =>
  discover({
    commands: [path.join(folder, "commands")],
    workflows: [path.join(folder, "workflows")],
    ...more,
  });
const faults = async (more: Partial<Folders> = {}): Promise<string[]> => {
  try {
    await look(more);
  } catch (thrown) {
    expect((thrown as Problem).code).toBe("house-not-in-order");
    const lines = (thrown as Problem).text.happened.replaceAll(`${folder}${path.sep}`, "").split("\n");
    return lines.slice(1);
  }
  return [];
};

test("the path is the wording; files that are no TypeScript are left alone", async () => {
  putCommand("commands/whoami.ts", "whoami");
  putCommand("commands/app/deploy.ts", "app deploy");
  putCommand("commands/app/env/set.ts", "app env set");
  put("commands/README.md", "how to");
  // What several stories share is no story.
  put("workflows/parts/asking.ts", "export const a = 1;");
  const { commands, workflows } = await look();
  expect([...commands.keys()]).toEqual(["app deploy", "app env set", "whoami"]);
  expect([...workflows.keys()]).toEqual([]);
});

test("the commands and workflows that are shipped are in order", async () => {
  const { commands } = await discover({
    commands: [path.join(root, "commands")],
    workflows: [path.join(root, "workflows")],
    startedOtherwise,
  });
  expect([...commands.keys()]).toEqual(expect.arrayContaining(["member add", "approve", "whoami", "help"]));
});

test.each<[string, () => void, string[]]>([
  [
    "a file without a command",
    () => put("commands/x.ts", "export const a = 1;"),
    ["commands/x.ts: its default export is no command({ … })"],
  ],
  [
    "a workflow among the commands",
    () => putWorkflow("commands/x.ts"),
    ["commands/x.ts: its default export is no command({ … })"],
  ],
  [
    "a path that cannot be said",
    () => putCommand("commands/App/deploy_it.ts", "x"),
    ["commands/App/deploy_it.ts: its path is no wording in small letters"],
  ],
  [
    "an example that does not parse",
    () => putCommand("commands/x.ts", "x y"),
    ["x: its example does not parse: x does not know what to do with y."],
  ],
  [
    "an example of another command",
    () => {
      putCommand("commands/x.ts", "y");
      putCommand("commands/y.ts", "y");
    },
    ["x: its example says another command, y: y"],
  ],
  [
    "a prefix clash: the longer command's word would do as an argument",
    () => {
      putCommand("commands/app.ts", "app x", "args: { name: z.string() }");
      putCommand("commands/app/list.ts", "app list");
    },
    ['app: app list clashes with it: "list" could also be its name'],
  ],
  [
    "a flag that is no argument",
    () => putCommand("commands/x.ts", "x", 'flags: ["all"]'),
    ["x: the flag all is not among its args"],
  ],
  [
    "a needed argument after one that is not",
    () => putCommand("commands/x.ts", "x a b", "args: { a: z.string().optional(), b: z.string() }"),
    ["x: b is needed but follows one that is not"],
  ],
  [
    "yes or no as a plain word",
    () => putCommand("commands/x.ts", "x", "args: { a: z.boolean().default(false) }"),
    ["x: a is yes or no and must be a flag"],
  ],
  [
    "a role that does not exist",
    () => putCommand("commands/x.ts", "x", 'role: ["member", "king"]'),
    ["x: there is no role king"],
  ],
  ["no role at all", () => putCommand("commands/x.ts", "x", "role: []"), ["x: no role may say it"]],
  [
    "a summary that is no sentence",
    () => putCommand("commands/x.ts", "x", 'summary: "It"'),
    ["x: the summary is no sentence with a full stop"],
  ],
  [
    "a workflow that nobody starts",
    () => putWorkflow("workflows/books/close.ts"),
    [
      "books close: nobody starts this workflow (workflows/books/close.ts): no command imports it, no schedule names it",
    ],
  ],
  [
    "workflows that only start each other",
    () => {
      putWorkflow("workflows/a.ts", 'import b from "./b.ts"; void b;');
      putWorkflow("workflows/b.ts", 'import a from "./a.ts"; void a;');
    },
    [
      "a: nobody starts this workflow (workflows/a.ts): no command imports it, no schedule names it",
      "b: nobody starts this workflow (workflows/b.ts): no command imports it, no schedule names it",
    ],
  ],
])("start is refused: %s", async (_, arrange, expected) => {
  arrange();
  expect(await faults()).toEqual(expected);
});

test("a file that cannot be loaded is named with the reason", async () => {
  put("commands/x.ts", 'import "./missing.ts";');
  expect((await faults())[0]).toMatch(/^commands\/x\.ts: it cannot be loaded: .*missing/);
});

test("all faults are told at once", async () => {
  putCommand("commands/x.ts", "x y");
  put("commands/y.ts", "");
  putWorkflow("workflows/a.ts");
  expect((await faults()).length).toBe(3);
});

test("two folders: a co-op's own commands come beside ours, and may not take a name", async () => {
  putCommand("commands/x.ts", "x");
  putCommand("more/mine.ts", "mine");
  const both = [path.join(folder, "commands"), path.join(folder, "more")];
  expect([...(await look({ commands: both })).commands.keys()]).toEqual(["x", "mine"]);
  putCommand("more/x.ts", "x");
  expect(await faults({ commands: both })).toEqual(["x: both commands/x.ts and more/x.ts answer to it"]);
});

test("a workflow is started by a command, by a workflow that is, or by a schedule that names it", async () => {
  putCommand("commands/x.ts", "x", "", 'import a from "../workflows/a.ts"; void a;');
  putWorkflow("workflows/a.ts", 'import child from "./books/child.ts"; void child;');
  putWorkflow("workflows/books/child.ts");
  putWorkflow("workflows/nightly.ts");
  const { workflows } = await look({ startedOtherwise: ["nightly"] });
  expect([...workflows.keys()]).toEqual(["a", "books child", "nightly"]);
  expect(await faults({ startedOtherwise: ["nightly", "weekly"] })).toEqual([
    "weekly: a schedule names this workflow, which is missing",
  ]);
});
