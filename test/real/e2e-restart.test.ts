/** A deploy whose process is killed goes on where it was, on a real Swarm, and is told of once. */
import type { MatrixEvent } from "matrix-js-sdk";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { useDocker } from "./docker/index.ts";
import {
  expectAllReadable,
  isEdit,
  patience,
  repliesTo,
  rings,
  textOf,
  type Gathering,
  type Talk,
} from "./house/gathering.ts";
import { openDockerGate, type DockerGate } from "./house/docker-gate.ts";
import { openPageHouse, type PageHouse } from "./house/page-house.ts";
import type { Installation, Program } from "./house/program.ts";
import { openRecords } from "./house/records.ts";
import { useSynapse, type TestUser } from "./synapse/index.ts";

const docker = await useDocker({ images: false });
const synapse = docker === undefined ? undefined : await useSynapse();
const names = ["ana", "bo"] as const;
type Name = (typeof names)[number];

interface Run {
  status: string;
  steps: { key: string; status: string; attempt: number }[];
}

describe.skipIf(synapse === undefined || docker === undefined)("a deploy whose process is killed", () => {
  if (synapse === undefined || docker === undefined) return;
  const app = `${docker.stackName("killed")}.example.coop`;
  let bot: TestUser;
  let people: Gathering<Name>;
  let gate: DockerGate;
  let home: Installation;
  let program: Program;
  let room: string;
  let page: string;
  let house: PageHouse<Name>;
  let says: Record<Name, Talk>;

  beforeAll(async () => {
    gate = await openDockerGate(docker.socketPath);
    const { socketPath } = gate;
    house = await openPageHouse({
      ...{ synapse, docker, app, names, host: "ana", socketPath },
      ...{ operators: ["ana"], maintainers: ["bo"] },
    });
    ({ bot, people, home, program, room, says } = house);
    page = await house.makeApp(says.ana);
  });
  afterAll(async () => {
    await house.stop(program);
    await gate.stop();
  });

  const isAt = ({ steps }: Run, step: string): boolean =>
    steps.some(({ key, status }) => key === step && status === "running");
  const runOf = (run: string): Promise<Run> => program.door<Run>(`/runs/${run}`);

  /** Asks, agrees, kills the process at this moment, starts it again; answers when the outcome is told. */
  async function killedAt(
    version: string,
    moment: (run: string) => Promise<unknown>,
  ): Promise<{ run: string; command: string; outcome: string }> {
    const command = await says.ana.say(`app deploy ${app} ${version}`);
    const progress = await says.ana.reply(command, /run `/);
    const run = /run `([a-z]{5})`/.exec(textOf(progress))?.[1] ?? "";
    await vi.waitUntil(async () => (await runOf(run)).status === "waiting", patience);
    const come = moment(run);
    await says.bo.say(`approve ${run}`);
    await come;
    await program.end("SIGKILL");
    program = home.start();
    await program.up;
    const told = (): MatrixEvent[] =>
      repliesTo(people.ana, room, bot.userId, command).filter((event) =>
        rings(event).includes(people.ana.userId),
      );
    await vi.waitUntil(() => told().length > 0, { ...patience, timeout: 120_000 });
    return { run, command, outcome: textOf(told()[0] as MatrixEvent) };
  }

  /** One progress message, edited to its end; one outcome. Whatever would come twice has come before the next answer. */
  async function expectToldOnce(
    { run, command }: { run: string; command: string },
    { isFirst }: { isFirst: boolean },
  ): Promise<void> {
    const progress = repliesTo(people.ana, room, bot.userId, command)[0]?.getId();
    const last = (): string =>
      people.ana
        .messages(room, bot.userId)
        .filter((event) => isEdit(event) && event.getRelation()?.event_id === progress)
        .map(textOf)
        .at(-1) ?? "";
    await vi.waitUntil(() => /is done/.test(last()), patience);
    await says.ana.ask("whoami");
    expect(repliesTo(people.ana, room, bot.userId, command)).toHaveLength(2);
    const { status, steps } = await runOf(run);
    expect(status).toBe("done");
    expect(steps.map(({ key, status: how }) => `${key} ${how}`)).toEqual([
      "plan done",
      ...(isFirst ? [] : ["look whether it is backed up done"]),
      ...["approval done", "check the plan done"],
      ...(isFirst ? [] : ["look how it is backed up done"]),
      "record done",
      "deploy done",
      "watch done",
      "look from outside done",
      "write down how it went done",
    ]);
  }

  test("while it watches: it watches on and tells the verdict", { timeout: 180_000 }, async () => {
    const killed = await killedAt("1.0.0+1.0.0", (run) =>
      vi.waitUntil(async () => isAt(await runOf(run), "watch"), { ...patience, interval: 5 }),
    );
    expect(killed.outcome).toContain(`${app} runs 1.0.0+1.0.0, healthy after`);
    expect(await (await fetch(page)).text()).toContain(`This is ${app}.`);
    await expectToldOnce(killed, { isFirst: true });
    expect((await runOf(killed.run)).steps.find(({ key }) => key === "deploy")?.attempt).toBe(1);
  });

  test("after the engine has done it and before that is written down", { timeout: 180_000 }, async () => {
    let at: Run | undefined;
    const killed = await killedAt("1.1.0+1.0.0", async (run) => {
      await gate.holdNext("POST", /^\/(v[\d.]+\/)?services\/\w+\/update/);
      at = await runOf(run);
    });
    expect(at && isAt(at, "deploy")).toBe(true);
    expect(killed.outcome).toContain(`${app} runs 1.1.0+1.0.0, healthy after`);
    expect(await (await fetch(page)).text()).toContain("Version 1.1.0");
    await expectToldOnce(killed, { isFirst: false });
  });

  test("the record has each deploy once", { timeout: 60_000 }, async () => {
    expectAllReadable(Object.values(people), room);
    expect(await program.end("SIGTERM")).toBe(0);
    const records = openRecords(home.folder);
    expect(records.rows("select version, outcome from deploy order by id")).toEqual([
      { version: "1.0.0+1.0.0", outcome: "converged" },
      { version: "1.1.0+1.0.0", outcome: "converged" },
    ]);
    expect(records.audited("app.deployed")).toHaveLength(2);
    expect(records.chain()).toBeGreaterThan(10);
    records.close();
  });
});
