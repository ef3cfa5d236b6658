/**
 * Newer versions on a real engine, with a real registry and a real recipe repository: noticed, proposed in the room,
 * agreed by reaction, done; by policy at night; and many at once until one does not come up.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock, type Clock } from "../../src/core/clock.ts";
import { AppDomain, type RecipeVersion } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";
import { openRegistries } from "../../src/registries/index.ts";
import { ana, bo, cleo, openStage, room, type Stage } from "../house/stage.ts";
import { remove, repository } from "../recipes/repository.ts";
import { useDocker } from "./docker/index.ts";
import { removeStack } from "./house/stack.ts";

const docker = await useDocker();
const long = 120_000;
/** After this an answer of a registry is not fresh any more. */
const shiftMs = 7_200_000;

describe.skipIf(docker === undefined)("newer versions on a real engine", () => {
  if (docker === undefined) return;
  const recipe = repository();
  const apps = ["first", "second"].map((name) => AppDomain.parse(`${docker.stackName(name)}.example.coop`));
  const [first = "", second = ""] = apps;
  let stage: Stage;

  const publish = (version: string, image: string, notes: string): void =>
    recipe.publish(version, {
      "compose.yml": [
        'version: "3.8"',
        "services:",
        "  app:",
        `    image: ${docker.image}:${image}`,
        "    stop_grace_period: 1s",
        "    deploy:",
        "      endpoint_mode: dnsrr",
        "      restart_policy: { delay: 1s }",
        `      labels: ["coop-cloud.\${STACK_NAME}.version=${version}"]`,
        "",
      ].join("\n"),
      ".env.sample": "TYPE=page\nDOMAIN=page.example.com\n",
      [`release/${version}`]: notes,
    });

  beforeAll(async () => {
    publish("1.0.0+1.0.0", "1.0.0", "The first one.");
    // The window is the whole day: what a policy allows may happen now.
    const settings = { upgrades: { window: "00:00-24:00", pauseMinutes: 0 } };
    stage = await openStage({ recipes: { page: recipe.dir }, socket: docker.socketPath, settings });
  });
  afterAll(async () => {
    await stage.stop();
    for (const app of apps) await removeStack(docker.docker, app.replaceAll(".", "_"));
    await docker.stop();
    remove(recipe.dir);
  });

  /** The letters of the newest run of a workflow. */
  const newest = (workflow: string): string =>
    stage.house.engine.list().find((one) => one.workflow === workflow)?.id ?? "";
  const end = (run: string) => stage.house.engine.result(run);
  /** Begins what a schedule would begin. */
  const begin = async (workflow: string) => {
    const { runId } = stage.house.engine.start(workflow, {}, { askedBy: null, place: null });
    return end(runId);
  };
  const questions = (text: RegExp) =>
    stage.chat.board.all().filter((one) => one.isQuestion && text.test(one.text));
  const agree = async (text: RegExp, by = bo): Promise<string> => {
    const question = await stage.chat.seen(text, { timeoutMs: 60_000 });
    stage.chat.react(by, question.eventId, "✅");
    return /Run `([a-z]{5})`/.exec(question.text)?.[1] ?? "";
  };
  const image = async (app: string): Promise<string> => {
    const service = (await docker.docker.getService(`${app.replaceAll(".", "_")}_app`).inspect()) as unknown;
    return (
      service as { Spec: { TaskTemplate: { ContainerSpec: { Image: string } } } }
    ).Spec.TaskTemplate.ContainerSpec.Image.replace(/@.*/, "");
  };
  const versionOf = (app: string): string | null | undefined =>
    (stage.rows("select domain, version from app") as { domain: string; version: RecipeVersion }[]).find(
      (one) => one.domain === app,
    )?.version;

  it("asks Debian's registry for its tags, and knows them again by ETag or by heart", async () => {
    const db = openDb(":memory:");
    const { tags } = await openRegistries({ db, clock: systemClock }).tags(`${docker.image}:1.0.0`);
    expect(tags.toSorted()).toEqual(["1.0.0", "1.0.1", "crash"]);
    const later: Clock = {
      now: () => systemClock.now() + shiftMs,
      at: (atMs, wake) => systemClock.at(atMs - shiftMs, wake),
      after: (ms, wake) => systemClock.after(ms, wake),
    };
    const after = openRegistries({ db, clock: later });
    expect((await after.tags(`${docker.image}:1.0.0`)).tags.toSorted()).toEqual(["1.0.0", "1.0.1", "crash"]);
    await expect(after.tags(`${docker.image}-none`)).rejects.toMatchObject({ code: "registry-unreachable" });
    db.close();
  });

  it("two apps run", { timeout: long }, async () => {
    for (const app of apps) {
      await stage.say(ana, `!tandem app new page ${app}`);
      stage.chat.say(ana, `!tandem app deploy ${app}`);
      expect(await end(await agree(new RegExp(`^Deploy ${app}`)))).toMatchObject({ status: "done" });
    }
    expect(await image(first)).toBe(`${docker.image}:1.0.0`);
  });

  it("tells of a newer image upstream once", { timeout: long }, async () => {
    expect(await begin("watch-images")).toMatchObject({ status: "done" });
    await begin("watch-images");
    await stage.rest();
    const notices = stage.chat.board
      .all()
      .filter(({ text }) => text.includes("the recipe does not have it yet"));
    expect(notices).toHaveLength(1);
    expect(notices[0]?.text).toContain(`\`${docker.image}\` 1.0.0 to 1.0.1`);
    expect(notices[0]?.room).toBe(room);
  });

  it(
    "a new tag of the recipe is proposed once, agreed by reaction, and runs",
    { timeout: long },
    async () => {
      publish("1.0.1+1.0.1", "1.0.1", "Says its version.");
      for (let times = 0; times < 2; times++)
        expect(await begin("watch-versions")).toMatchObject({ status: "done" });
      const about = new RegExp(`Upgrade ${first}: page from 1.0.0\\+1.0.0 to 1.0.1\\+1.0.1`);
      const run = await agree(about);
      expect(questions(about)).toHaveLength(1);
      expect(questions(about)[0]?.text).toContain("Says its version.");
      expect(await end(run)).toMatchObject({ status: "done" });
      expect(await image(first)).toBe(`${docker.image}:1.0.1`);
      expect(versionOf(first)).toBe("1.0.1+1.0.1");
      const said = await stage.chat.seen(new RegExp(`${first} runs 1.0.1`));
      expect(said.text).toContain(`app rollback ${first} 1.0.0+1.0.0`);
      // The other one's question is still open; it is taken back once the app is there.
      expect(versionOf(second)).toBe("1.0.0+1.0.0");
    },
  );

  it("goes back, the program alone", { timeout: long }, async () => {
    stage.chat.say(ana, `!tandem app rollback ${first}`);
    expect(await end(await agree(new RegExp(`^Roll ${first} back`)))).toMatchObject({ status: "done" });
    expect(await image(first)).toBe(`${docker.image}:1.0.0`);
  });

  it("does by itself what the policy allows, and says so", { timeout: long }, async () => {
    await stage.say(bo, `!tandem app policy ${second} patch`);
    // There is no repository, so no backup could be taken first: until somebody says that none is wanted, it waits.
    expect(await begin("upgrade-by-policy")).toMatchObject({ status: "done" });
    expect(await image(second)).toBe(`${docker.image}:1.0.0`);
    await stage.say(bo, `!tandem backup policy ${second} --mode off`);
    expect(await begin("upgrade-by-policy")).toMatchObject({ status: "done" });
    expect(await image(second)).toBe(`${docker.image}:1.0.1`);
    const said = await stage.chat.seen(/by itself: its policy is patch/);
    expect(said.text).toContain(`${second} was upgraded from 1.0.0+1.0.0 to 1.0.1+1.0.1`);
    await begin("watch-versions");
    const withdrawn = await stage.chat.seen(new RegExp(`${second} runs 1.0.1\\+1.0.1 by now`));
    expect(withdrawn.text).toContain("tandem");
  });

  it("all at once stops at the first that does not come up", { timeout: 2 * long }, async () => {
    publish("1.0.2+1.0.1", "crash", "Worse.");
    stage.chat.say(bo, "!tandem app upgrade all --policy patch");
    const run = await agree(/^Upgrade 2 apps/, cleo);
    const { status, problem } = await end(run);
    expect([status, problem?.code]).toEqual(["failed", "upgrades-stopped"]);
    expect(problem?.happened).toContain(`stopped at ${first}`);
    expect(problem?.means).toContain(`Not begun: ${second}`);
    expect(await image(first)).toBe(`${docker.image}:1.0.0`);
    expect(await image(second)).toBe(`${docker.image}:1.0.1`);
    expect([versionOf(first), versionOf(second)]).toEqual(["1.0.0+1.0.0", "1.0.1+1.0.1"]);
    expect(newest("upgrade-all")).toBe(run);
  });
});
