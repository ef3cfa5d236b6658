/** Deploys that cannot go well, in the whole house: the plan says why, the run ends, nothing was changed. */
import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { remove, repository, type Repository } from "../recipes/repository.ts";
import { ana, bo, expectProblem, expectWords, openStage, type Stage } from "./stage.ts";

const good = `version: "3.8"
services:
  app:
    image: nginx:1.27
    deploy:
      labels:
        - coop-cloud.\${STACK_NAME}.version=1.0.0+1.0.0
`;
let wiki: Repository;
let stage: Stage;

beforeEach(() => {
  wiki = repository();
});
afterEach(async () => {
  await stage.stop();
  remove(wiki.dir);
});

async function begin(compose: string, more: Parameters<typeof openStage>[0] = {}): Promise<void> {
  wiki.publish("1.0.0+1.0.0", { "compose.yml": compose, ".env.sample": "DOMAIN=wiki.example.com\n" });
  stage = await openStage({ recipes: { wiki: wiki.dir }, ...more });
  const made = await stage.say(ana, "!tandem app new wiki wiki.example.coop");
  expect(made.join()).toContain(
    "wiki.example.coop is a wiki now, at version 1.0.0+1.0.0; nothing of it runs yet.",
  );
}

/** Deploys and expects this problem, with the run undone before it asked anybody and nothing changed. */
async function expectRefused(lines: string[]): Promise<void> {
  const before = stage.world();
  const said = await stage.say(ana, "!tandem app deploy wiki.example.coop");
  expectProblem(said, lines, { run: true });
  expect(said.at(-1)).toMatch(/\nRun `[a-z]{5}`$/);
  expect(stage.world()).toEqual(before);
  expect(stage.engine.orders).toEqual([]);
  const [run] = stage.house.engine.list({ limit: 1 });
  expect(run).toMatchObject({ workflow: "deploy", status: "failed", waitsFor: null });
  const steps = stage.house.engine.show(run?.id ?? "")?.steps.map(({ key, status }) => [key, status]);
  expect(steps).toEqual([["plan", "failed"]]);
  expect(stage.rows("select * from approval")).toEqual([]);
}

describe("a compose file", () => {
  test("with a syntax fault is named with file, line and column", async () => {
    await begin(good.replace("    image: nginx:1.27", "    image: nginx:1.27\n   deploy: {"));
    await expectRefused([
      "compose.yml of the recipe cannot be read: All mapping items must start at the same column at line 5, column 1.",
      "Nothing was deployed and nothing was changed.",
      "Take another version, or tell the recipe's maintainers what it says here.",
    ]);
  });

  test("with a key that Docker does not know is named with its place and the nearest", async () => {
    await begin(good.replace("image:", "imgae:"));
    await expectRefused([
      "compose.yml, line 4, column 5: services.app.imgae is no key that Docker Swarm stacks know.",
      "The app cannot be deployed from these files; nothing was changed.",
      "The nearest that exists: image",
    ]);
  });
});

test("a secret that nobody made is named, with how to put it there", async () => {
  const external = "    secrets: [mail]\nsecrets:\n  mail:\n    external: true\n    name: relay_password\n";
  await begin(good + external);
  await expectRefused([
    "The secret relay_password does not exist on this Swarm.",
    "The services that need it cannot start; nothing was changed.",
    "Put it there first: docker secret create relay_password - (the value on standard input).",
  ]);
  // Once it is there the same command goes on to the question.
  stage.engine.secrets.push("relay_password");
  const said = await stage.say(ana, "!tandem app deploy wiki.example.coop");
  expect(said.join("\n")).toContain("Deploy wiki.example.coop with wiki 1.0.0+1.0.0?");
});

test("a version that the recipe does not have is answered with the nearest", async () => {
  await begin(good);
  const said = await stage.say(ana, "!tandem app deploy wiki.example.coop 1.0.1+1.0.0");
  expectProblem(
    said,
    [
      "The recipe wiki has no version 1.0.1+1.0.0.",
      "The nearest it has: 1.0.0+1.0.0.",
      "See all of them: `recipe show wiki`",
    ],
    { run: true },
  );
});

describe("a repository that is gone", () => {
  test("is named, where nothing of it was ever read", async () => {
    const gone = path.join(wiki.dir, "gone");
    stage = await openStage({ recipes: { wiki: `file://${gone}` } });
    const before = stage.world();
    const said = await stage.say(ana, "!tandem app new wiki wiki.example.coop");
    expectProblem(
      said,
      [
        `The repository of the recipe wiki cannot be read: '${gone}' does not appear to be a git repository.`,
        `It is expected at file://${gone}, and there is no earlier copy to go on with.`,
        "An operator checks the address under `recipes` in the settings and whether the server can reach it.",
      ],
      { run: true },
    );
    expect(stage.world()).toEqual(before);
    // Listing still works, and says it too.
    const list = await stage.say(ana, "!tandem recipe list");
    expect(list.join()).toContain("cannot be read");
    expectWords(list);
  });

  test("does not keep a version from being deployed that was read before", async () => {
    await begin(good);
    rmSync(wiki.dir, { recursive: true, force: true });
    const said = await stage.say(ana, "!tandem app deploy wiki.example.coop");
    expect(said.join("\n")).toContain("Deploy wiki.example.coop with wiki 1.0.0+1.0.0?");
    expectWords(said);
  });
});

describe("without a Docker Engine", () => {
  test("a deploy says where it was looked for; all that needs no server works", async () => {
    await begin(good, { socket: "/nonexistent/docker.sock" });
    await expectRefused([
      "The Docker Engine does not answer at /nonexistent/docker.sock: there is no such socket.",
      "Nothing can be deployed or looked at until it does; what already runs is not touched.",
      "An operator starts Docker on that server and lets Tandem use the socket; then say the command again.",
    ]);
    const list = await stage.say(ana, "!tandem app list");
    expect(list.join()).toContain("wiki.example.coop · wiki 1.0.0+1.0.0 · unknown");
    const shown = await stage.say(ana, "!tandem app show wiki.example.coop");
    expect(shown.join()).toContain("It was never deployed.");
    for (const words of ["app ps wiki.example.coop", "app logs wiki.example.coop"]) {
      const said = await stage.say(ana, `!tandem ${words}`);
      expect(said[0]).toMatch(/^The Docker Engine does not answer at/);
      expectWords(said);
    }
    const health = await fetch(`http://127.0.0.1:${stage.house.port}/healthz`);
    expect(health.status).toBe(200);
  });
});

describe("a disk that is nearly full", () => {
  test("refuses new runs, goes on with those under way, and lets everything be read", async () => {
    await begin(good);
    const asked = await stage.say(ana, "!tandem app deploy wiki.example.coop");
    const run = /Run `([a-z]{5})`|`approve ([a-z]{5})/.exec(asked.join("\n"))?.slice(1).find(Boolean) ?? "";
    expect(run).toMatch(/^[a-z]{5}$/);
    const { folder } = stage;
    await stage.house.stop();
    await stage.engine.close();
    // More than any disk has.
    const settings = { diskFreeMb: 1_000_000_000 };
    stage = await openStage({ folder, recipes: { wiki: wiki.dir }, settings });
    const before = stage.world();
    const said = await stage.say(ana, "!tandem app undeploy wiki.example.coop");
    expect(said).toHaveLength(1);
    expect(said[0]?.split("\n")).toEqual([
      expect.stringMatching(/^Only \d+ MB are free on the disk that holds the database\.$/),
      "New runs are refused, so that what is already under way can still be recorded.",
      "An operator makes room on that disk; then say the command again.",
    ]);
    expect(stage.world()).toEqual(before);
    expect((await stage.say(ana, "!tandem app list")).join()).toContain("wiki.example.coop");
    expect((await stage.say(ana, "!tandem runs")).join()).toContain(run);
    const health = await fetch(`http://127.0.0.1:${stage.house.port}/healthz`);
    expect(health.status).toBe(503);
    // What had begun can be refused, and is written down.
    await stage.say(bo, `!tandem decline ${run} not on a full disk`);
    expect(stage.house.engine.show(run)).toMatchObject({
      waitsFor: null,
      problem: { code: "approval-declined" },
    });
    expect(stage.house.engine.stats().stranded).toBe(0);
  });
});
