/** What people say about apps and recipes, and what they are answered. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { render } from "../../src/chat/render.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { dockerDown } from "../../src/core/problems/swarm.ts";
import type { Command } from "../../src/router/index.ts";
import { openRecipes, type Recipes } from "../../src/recipes/index.ts";
import type { Trades } from "../../src/workflow/index.ts";
import { fakeBackups } from "../apps/fake-backups.ts";
import { v } from "../apps/fake-recipes.ts";
import { deployNow, domain, openHouse as openApps, register, type House } from "../apps/house.ts";
import { expectGolden } from "../golden.ts";
import { remove, temporaryFolder } from "../recipes/repository.ts";
import { openHouse, shippedCommands, type TestHouse } from "../router/house.ts";

let commands: ReadonlyMap<string, Command>;
let data: string;
let recipes: Recipes;
let house: House;
let door: TestHouse;

beforeAll(async () => {
  commands = await shippedCommands();
  data = temporaryFolder();
  recipes = openRecipes({
    sources: { "custom-html": "recipes/custom-html" },
    dataDir: data,
    clock: new FakeClock(),
  });
});
afterAll(() => remove(data));
beforeEach(() => {
  house = openApps();
  const trades = { apps: house.apps, recipes, backups: fakeBackups(house.apps) } as Partial<Trades> as Trades;
  door = openHouse(commands, { trades });
});

/** The answer as text, or the problem's three parts. */
async function said(line: string): Promise<string> {
  const outcome = await door.says("bo", line);
  if (outcome.kind === "problem") return Object.values(outcome.problem.text).join("\n");
  return render(outcome.message).body;
}

describe("commands that start a workflow", () => {
  it.each([
    ["app new custom-html notes.example.coop", { recipe: "custom-html", domain, server: "local" }],
    [
      "app new custom-html Notes.example.coop --version 1.0.0+1.0.0 --server swarm-2",
      { recipe: "custom-html", domain, server: "swarm-2", version: "1.0.0+1.0.0" },
    ],
  ])("%s", async (line, input) => {
    await said(line);
    expect(door.started).toMatchObject([{ input }]);
  });

  it.each([
    ["app deploy notes.example.coop", { app: domain }],
    ["app deploy notes.example.coop 1.1.0+1.1", { app: domain, version: "1.1.0+1.1" }],
    ["app upgrade notes.example.coop", { app: domain }],
    ["app upgrade notes.example.coop 1.1.0+1.1", { app: domain, version: "1.1.0+1.1" }],
    ["app rollback notes.example.coop", { app: domain }],
    ["app rollback notes.example.coop 1.0.0+1.0", { app: domain, version: "1.0.0+1.0" }],
    ["app undeploy notes.example.coop", { app: domain, volumes: false }],
    ["app undeploy notes.example.coop --volumes", { app: domain, volumes: true }],
  ])("%s", async (line, input) => {
    expect(await said(line)).toContain("There is no app notes.example.coop here.");
    expect(door.started).toEqual([]);
    await register(house);
    await said(line);
    expect(door.started).toMatchObject([{ input }]);
  });
});

describe("commands of maintainers about upgrades", () => {
  it.each([
    ["app upgrade all", { policy: "patch" }],
    ["app upgrade all --policy minor", { policy: "minor" }],
  ])("%s", async (line, input) => {
    expect(await said(line)).toContain("maintainer");
    expect(door.started).toEqual([]);
    await door.says("mia", line);
    expect(door.started).toMatchObject([{ input }]);
  });

  it("set a policy, and write down who did", async () => {
    await register(house);
    expect(await said("app policy notes.example.coop minor")).toContain("maintainer");
    expect(house.apps.get(domain).policy).toBe("manual");
    const outcome = await door.says("mia", "app policy notes.example.coop minor");
    expect(outcome).toMatchObject({ json: { app: domain, policy: "minor" } });
    // No backup could be taken first, so the policy alone takes no step.
    expect(JSON.stringify(outcome)).toContain("every version waits for a person");
    expect(JSON.stringify(await door.says("mia", "app policy notes.example.coop manual"))).not.toContain(
      "there is one",
    );
    await door.says("mia", "app policy notes.example.coop minor");
    expect(house.apps.get(domain).policy).toBe("minor");
    expect(house.audit.list({ subject: domain, limit: 1 })).toMatchObject([
      { who: "mia", what: "app.policy" },
    ]);
    const refused = await door.says("mia", "app policy notes.example.coop major");
    expect(JSON.stringify(refused)).toContain("manual, patch or minor");
  });
});

describe("commands that answer", () => {
  it("say so when there is nothing", async () => {
    expect(await said("app list")).toBe(
      "There is no app yet.\n\nTo make one: `app new <recipe> <domain>`. The recipes: `recipe list`",
    );
    expect(await said("app show note.example.coop")).toContain("There is no app note.example.coop here.");
  });

  it("answer in the words of the golden file", async () => {
    await register(house);
    const lines = [
      "app list",
      "app show notes.example.coop",
      "app ps notes.example.coop",
      "app set notes.example.coop TITLE Our new notes",
      "app set notes.example.coop SMTP_PASSWORD hunter22",
      "app set notes.example.coop 9 x",
    ];
    const before = [];
    for (const line of lines) before.push(`> ${line}\n${await said(line)}\n`);
    await deployNow(house, v("1.1.0+1.1"));
    const after = [];
    for (const line of [
      ...lines.slice(0, 3),
      "app logs notes.example.coop",
      "recipe list",
      "recipe show custom-html",
    ])
      after.push(`> ${line}\n${(await said(line)).replaceAll(process.cwd(), "")}\n`);
    expectGolden("messages/apps.txt", [...before, ...after].join("\n"));
  });

  it("give the JSON faces the same as data", async () => {
    await register(house);
    const outcome = await door.says("bo", "app list");
    expect(outcome).toMatchObject({ json: [{ app: { domain, version: "1.0.0+1.0" }, state: "down" }] });
    const shown = await door.says("bo", "recipe show custom-html");
    expect(shown).toMatchObject({
      json: { newest: "1.1.0+1.0.0", versions: ["1.2.0-broken+1.0.0", "1.1.0+1.0.0", "1.0.0+1.0.0"] },
    });
  });

  it("send long logs as a file, and say which number of lines is too large", async () => {
    await register(house);
    house.swarm.logs = (_stack, options) =>
      Promise.resolve(Array.from({ length: options?.lines ?? 0 }, (_, n) => `line ${n + 1}`));
    const outcome = await door.says("bo", "app logs notes.example.coop app --lines 40");
    expect(outcome).toMatchObject({ message: { attachment: { name: "notes.example.coop.log" } } });
    expect(await said("app logs notes.example.coop --lines 40")).toContain("line 40");
    expect(await said("app logs notes.example.coop --lines 40")).not.toContain("line 10\n");
    expect(await said("app logs notes.example.coop --lines 9999")).toContain(
      "expected a number of lines from 1 to 500",
    );
  });

  it("hand on the problem when the server does not answer, and still list", async () => {
    await register(house);
    const down = dockerDown({ socket: "/var/run/docker.sock", reason: "nothing listens there" });
    house.swarm.failAt("services", down);
    house.swarm.failAt("overview", down);
    expect(await said("app ps notes.example.coop")).toContain("The Docker Engine does not answer");
    expect(await said("app list")).toContain("unknown");
  });
});
