/** What people say to care for an app, and what they are answered. */
import { fakeBackups } from "../apps/fake-backups.ts";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { render } from "../../src/chat/render.ts";
import type { Command } from "../../src/router/index.ts";
import type { Trades } from "../../src/workflow/index.ts";
import { deployNow, domain, openHouse as openApps, register, stack, type House } from "../apps/house.ts";
import { expectGolden } from "../golden.ts";
import { codeOf, openHouse, shippedCommands, type TestHouse } from "../router/house.ts";

let commands: ReadonlyMap<string, Command>;
let house: House;
let door: TestHouse;
beforeAll(async () => {
  commands = await shippedCommands();
});
/** Apps without a fresh backup. */
const red: string[] = [];
beforeEach(async () => {
  house = openApps();
  await register(house);
  const { apps, secretForms } = house;
  const people = { withRole: () => [{ name: "mia" }] };
  door = openHouse(commands, {
    trades: { apps, secretForms, people, backups: fakeBackups(apps, red) } as unknown as Trades,
  });
});

async function said(line: string, who = "bo"): Promise<string> {
  const outcome = await door.says(who, line);
  if (outcome.kind === "problem") return Object.values(outcome.problem.text).join("\n");
  return render(outcome.message).body;
}

describe("commands that start a run", () => {
  const app = domain;
  it.each([
    ["bo", `app secret generate ${domain}`, { app }],
    ["bo", `app secret generate ${domain} token`, { app, secret: "token" }],
    ["bo", `app secret rotate ${domain} token`, { app, secret: "token", inserted: false }],
    ["bo", `app secret remove ${domain} token`, { app, secret: "token" }],
    ["mia", `app restart ${domain}`, { app }],
    ["mia", `app restart ${domain} db`, { app, service: "db" }],
    ["bo", `app remove ${domain}`, { app }],
    [
      "mia",
      `app run ${domain} app --user www-data -- sh -c "echo 'two  words' --json" -x`,
      {
        ...{ app, service: "app", isFunction: false, user: "www-data" },
        argv: ["sh", "-c", "echo 'two  words' --json", "-x"],
      },
    ],
    ["mia", `app cp ${domain} app:/srv/logo.png`, { app, service: "app", path: "/srv/logo.png" }],
    ["mia", `app cp ${domain} app:/srv/x --put 5f`, { app, service: "app", path: "/srv/x", put: "5f" }],
    ["mia", `app cmd ${domain}`, { app }],
    ["mia", `app cmd ${domain} greet`, { app, service: "app", argv: ["greet"], isFunction: true }],
    [
      "mia",
      `app cmd ${domain} greet db "a b" c`,
      { app, service: "db", argv: ["greet", "a b", "c"], isFunction: true },
    ],
  ])("%s: %s", async (who, line, input) => {
    await said(line, who);
    expect(door.started.map((one) => one.input)).toEqual([input]);
  });

  it("copy in what they reply to, unless a file is named", async () => {
    const place = { room: "!ops:a.coop", eventId: "$said", repliesTo: "$file" };
    const line = `app cp ${domain} app:/srv/x`;
    const input = { app, service: "app", path: "/srv/x" };
    await door.says("mia", line, { place });
    await door.says("mia", `${line} --put 5f`, { place });
    expect(door.started.map((one) => one.input)).toEqual([
      { ...input, sent: { room: "!ops:a.coop", eventId: "$file" } },
      { ...input, put: "5f" },
    ]);
    expect((await door.says("bo", line, { place })).kind).toBe("problem");
  });

  it("take the words of a form as if they were typed", async () => {
    const args = { app: domain, service: "app", command: 'ls -l "my files"' };
    await door.router.dispatch({ command: "app run", args }, door.speaker("mia"));
    expect(door.started).toMatchObject([{ input: { argv: ["ls", "-l", "my files"] } }]);
  });

  it("are none for an app that is not there, or without a command", async () => {
    for (const line of [
      "app restart wiki.example.coop",
      "app remove wiki.example.coop",
      `app run ${domain} app`,
    ])
      expect((await door.says("mia", line)).kind).toBe("problem");
    expect(door.started).toEqual([]);
  });
});

it("commands that answer do so in the words of the golden file", async () => {
  const lines = [
    "app config show notes.example.coop",
    "app config set notes.example.coop TITEL Our new notes",
    "app config set notes.example.coop SMTP_PASSWORD hunter22",
    "app config unset notes.example.coop TITLE",
    "app config unset notes.example.coop TITLE",
    "app config check notes.example.coop",
    "app config diff notes.example.coop",
    "app secret list notes.example.coop",
  ];
  const before = [];
  for (const line of lines) before.push(`> ${line}\n${await said(line)}\n`);
  await deployNow(house);
  house.apps.set("bo", domain, "PORT", "8081");
  const after = [];
  for (const line of [
    ...lines.slice(5),
    "app secret list notes.example.coop",
    "app logs notes.example.coop --follow",
  ])
    after.push(`> ${line}\n${await said(line)}\n`);
  expectGolden("messages/care-commands.txt", [...before, ...after].join("\n"));
});

describe("a value that somebody puts in", () => {
  const byHand = (): void =>
    void house.db.sqlite.exec(
      "update app set env = replace(env, 'TOKEN_VERSION=v1', 'TOKEN_VERSION=v1 # generate=false')",
    );

  it("gets a link for one maintainer alone; the room reads nothing of it", async () => {
    const outcome = await door.says("mia", `app secret insert ${domain} token`);
    if (outcome.kind !== "private") throw new Error(outcome.kind);
    expect(render(outcome.message).body).toMatch(/https:\/\/tandem\.example\.coop\/secret\?token=[\w-]{40,}/);
    expect(render(outcome.public).body).not.toContain("token=");
    expect(codeOf(await door.says("bo", `app secret insert ${domain} token`))).toBe("not-allowed");
    expect(codeOf(await door.says("mia", `app secret insert ${domain} token`, { via: "api" }))).toBe(
      "not-by-token",
    );
    expect(codeOf(await door.says("mia", `app secret insert ${domain} tokn`))).toBe("secret-setting-unknown");
  });

  it("comes first when it rotates; then the run begins", async () => {
    byHand();
    const outcome = await door.says("mia", `app secret rotate ${domain} token`);
    expect(outcome.kind).toBe("private");
    expect(door.started).toEqual([]);
    expect(codeOf(await door.says("bo", `app secret rotate ${domain} token`))).toBe("not-allowed");
    await door.says("mia", `app secret rotate ${domain} token --inserted`);
    expect(door.started).toMatchObject([{ input: { secret: "token", inserted: true } }]);
  });
});

it("the list and the app itself say that no proven backup is there", async () => {
  red.push(domain);
  expect(await said("app list")).toContain("no proven backup");
  expect(await said(`app show ${domain}`)).toContain("Not safe: no proven backup.");
  red.pop();
  expect(await said("app list")).not.toContain("backup");
  expect(await said(`app show ${domain}`)).toContain(
    "Its data: not backed up: there is no repository for it.",
  );
});

it("the list says what runs there when it is another version, and which server is away", async () => {
  await deployNow(house);
  house.db.sqlite.exec("update app set version = '1.1.0+1.1'");
  expect(await said("app list")).toContain("1.0.0+1.0 runs there");
  house.swarm.failAt("overview", Object.assign(new Error("x"), {}));
  expect(codeOf(await door.says("bo", "app list"))).toBe("unexpected");
  house.swarm.overview = () => new Promise(() => undefined);
  const asked = said("app list");
  await house.clock.turn(3000);
  expect(await asked).toContain("The server local is away: it did not answer within 2.5 s");
  expect(stack).toBe("notes_example_coop");
});
