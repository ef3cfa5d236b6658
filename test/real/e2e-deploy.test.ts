/**
 * The main job, whole: the real program, an encrypted room with independent clients, a real Swarm. A member asks,
 * voices that must not count do not, a maintainer agrees, the page answers, and the room is told how it went.
 */
import type { MatrixEvent } from "matrix-js-sdk";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { useDocker } from "./docker/index.ts";
import { browser } from "./house/browser.ts";
import {
  expectAllReadable,
  isEdit,
  openRoom,
  patience,
  repliesTo,
  rings,
  saidInTheClear,
  talk,
  textOf,
  type Gathering,
  type Talk,
} from "./house/gathering.ts";
import { openPageHouse, type PageHouse } from "./house/page-house.ts";
import type { Installation, Program } from "./house/program.ts";
import { call, useSynapse, type TestUser } from "./synapse/index.ts";

const docker = await useDocker({ images: false });
const synapse = docker === undefined ? undefined : await useSynapse();
const names = ["ana", "bo", "cleo", "dan", "eve"] as const;
type Name = (typeof names)[number];

describe.skipIf(synapse === undefined || docker === undefined)("asked in a room, agreed, deployed", () => {
  if (synapse === undefined || docker === undefined) return;
  const { url } = synapse;
  const app = `${docker.stackName("page")}.example.coop`;
  const stack = app.replaceAll(".", "_");
  let bot: TestUser;
  let people: Gathering<Name>;
  let home: Installation;
  let program: Program;
  let room: string;
  let page: string;
  let house: PageHouse<Name>;
  let says: Record<Name, Talk>;

  beforeAll(async () => {
    house = await openPageHouse({
      ...{ synapse, docker, app, names, host: "cleo" },
      ...{ operators: ["cleo"], maintainers: ["bo", "cleo"] },
    });
    ({ bot, people, home, program, room, says } = house);
  });

  afterAll(async () => {
    expect(await house.stop(program)).toBe(0);
  });

  const isOnTheServer = async (): Promise<boolean> =>
    (await docker.docker.listServices({ filters: { name: [stack] } })).length > 0;
  const text = async (): Promise<string> => (await fetch(page)).text();
  /** What the bot said in the room, newest last, without edits. */
  const said = (): MatrixEvent[] => people.cleo.messages(room, bot.userId).filter((event) => !isEdit(event));

  interface Asked {
    command: string;
    run: string;
    question: MatrixEvent;
    id: string;
  }
  /** Ana asks for a deploy; answers the question that the bot puts to the room. */
  async function deploy(version = ""): Promise<Asked> {
    const command = await says.ana.say(`app deploy ${app} ${version}`.trim());
    const progress = await says.ana.reply(command, /run `/);
    const run = /run `([a-z]{5})`/.exec(textOf(progress))?.[1] ?? "";
    return { command, run, ...(await questionOf(run)) };
  }
  async function questionOf(run: string, which = 1): Promise<{ question: MatrixEvent; id: string }> {
    const asks = (): MatrixEvent[] =>
      said().filter(
        (event) => /To agree: react/.test(textOf(event)) && textOf(event).includes(`Run \`${run}\``),
      );
    const question = await vi.waitUntil(() => asks()[which - 1], patience);
    return { question, id: question.getId() ?? "" };
  }
  /** The outcome: a new message that rings who asked. */
  const outcome = (command: string): Promise<MatrixEvent> =>
    vi.waitUntil(
      () =>
        repliesTo(people.ana, room, bot.userId, command).find((event) =>
          rings(event).includes(people.ana.userId),
        ),
      { ...patience, timeout: 120_000 },
    );
  const raw = (eventId: string): Promise<{ type: string; content: object }> =>
    call(
      url,
      "GET",
      `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/event/${encodeURIComponent(eventId)}`,
      {
        token: bot.accessToken,
      },
    );

  test("people are added, and an app is made and set up", async () => {
    await says.cleo.ask(
      `member add ana ${people.ana.userId} --display "Ana Alba"`,
      /Ana Alba is a member now/,
    );
    await says.cleo.ask(`member add dan ${people.dan.userId}`, /dan is a member now/);
    const stranger = await says.eve.ask(`app new custom-html ${app}`, /./);
    expect(textOf(stranger)).toContain(`${people.eve.userId} is not known here.`);
    page = await house.makeApp(says.ana);
    const made = said().find((event) => /is a custom-html now/.test(textOf(event)));
    expect(made && rings(made)).toEqual([people.ana.userId]);
  });

  let first: Asked;

  test(
    "a deploy is asked for with its plan, encrypted, of those who may agree",
    { timeout: 60_000 },
    async () => {
      first = await deploy();
      const { question, id, command, run } = first;
      expect(textOf(question)).toContain(`Deploy ${app} with custom-html 1.0.0+1.0.0?`);
      expect(textOf(question)).toContain("create app");
      expect(textOf(question)).toContain(`asked by ${people.ana.userId}`);
      expect(textOf(question)).toContain(`${home.url}/approvals/${run}/approval`);
      expect(question.getOriginalContent()["msgtype"]).toBe("m.text");
      expect(rings(question).toSorted()).toEqual([people.bo.userId, people.cleo.userId].toSorted());
      expect((await raw(id)).type).toBe("m.room.encrypted");
      const [progress] = repliesTo(people.ana, room, bot.userId, command);
      expect(progress?.getOriginalContent()["msgtype"]).toBe("m.notice");
      expect(progress && rings(progress)).toEqual([]);
      expect(await isOnTheServer()).toBe(false);
    },
  );

  test("the asker, a plain member and a stranger have no voice, and are told why", async () => {
    for (const [name, why] of [
      ["ana", /You asked for this yourself/],
      ["dan", /takes a maintainer, a role that you do not hold/],
      ["eve", /No member is known by this account/],
    ] as const) {
      await people[name].react(room, first.id, "✅");
      const told = await says[name].reply(first.id, why);
      expect(textOf(told)).toContain(people[name].userId);
      expect(rings(told)).toEqual([]);
    }
    await says.bo.ask("approvals", new RegExp(first.run));
    expect(await isOnTheServer()).toBe(false);
  });

  test("a yes under a copied question, or from another room, counts for nothing", async () => {
    const { body, format, formatted_body: html } = first.question.getOriginalContent();
    const mentions = { "m.mentions": { user_ids: rings(first.question) } };
    const copy = await people.eve.say(room, String(body), { format, formatted_body: html, ...mentions });
    await people.bo.react(room, copy, "✅");
    const elsewhere = await openRoom(people.bo, bot.userId, []);
    // Homeservers refuse what points into another room; what one of another make let through, we do not count.
    await expect(people.bo.react(elsewhere, first.id, "✅")).rejects.toThrow(
      "Relations must be in the same room",
    );
    // An edit by somebody else does not make the message theirs, and a yes to our own progress is none to the question.
    const [progress] = repliesTo(people.ana, room, bot.userId, first.command);
    await people.bo.react(room, progress?.getId() ?? "", "✅");
    // What Bo says afterwards is heard afterwards.
    await talk(people.bo, elsewhere, bot.userId).ask("whoami");
    const waiting = await says.bo.ask("approvals");
    expect(textOf(waiting)).toContain(first.run);
    expect(await program.door(`/runs/${first.run}`)).toMatchObject({ status: "waiting" });
    expect(await isOnTheServer()).toBe(false);
  });

  test(
    "a yes to a plan that has changed meanwhile counts for nothing: it is asked anew",
    { timeout: 60_000 },
    async () => {
      await says.ana.ask(`app set ${app} TITLE Two riders`, /from its next deploy on/);
      await people.bo.react(room, first.id, "✅");
      const second = await questionOf(first.run, 2);
      expect(textOf(second.question)).toContain("The plan has changed since it was approved");
      expect(textOf(second.question)).toContain("Voices: nobody yet");
      expect(second.id).not.toBe(first.id);
      // The old question is over; a yes under it is none to the new one.
      await people.cleo.react(room, first.id, "✅");
      expect(textOf(await says.cleo.ask("approvals"))).toContain(first.run);
      expect(await program.door(`/runs/${first.run}`)).toMatchObject({ status: "waiting" });
      expect(await isOnTheServer()).toBe(false);
      first = { ...first, ...second };
    },
  );

  test(
    "a maintainer agrees: it is deployed, the page answers, the asker is told",
    { timeout: 150_000 },
    async () => {
      await people.bo.react(room, first.id, "✅️");
      const told = await outcome(first.command);
      expect(textOf(told)).toContain(`${app} runs 1.0.0+1.0.0, healthy after`);
      expect(rings(told)).toEqual([people.ana.userId]);
      expect(told.getOriginalContent()["msgtype"]).toBe("m.text");
      expect(await text()).toContain(`This is ${app}.`);
      expect(await text()).toContain("<title>Two riders</title>");
    },
  );

  test("progress was one message with edits; question and outcome were new; all of it encrypted", async () => {
    const replies = repliesTo(people.ana, room, bot.userId, first.command);
    expect(replies.map((event) => event.getOriginalContent()["msgtype"])).toEqual(["m.notice", "m.text"]);
    const progress = replies[0];
    const edits = (): MatrixEvent[] =>
      people.ana
        .messages(room, bot.userId)
        .filter((event) => isEdit(event) && event.getRelation()?.event_id === progress?.getId());
    await vi.waitUntil(() => /is done/.test(String(edits().at(-1)?.getContent()["body"])), patience);
    const times = edits().map((event) => event.getTs());
    expect(times.length).toBeGreaterThanOrEqual(2);
    const gaps = times.slice(1).map((at, n) => at - (times[n] ?? 0));
    expect(gaps.filter((ms) => ms < 1900)).toEqual([]);
    for (const edit of edits()) expect(rings(edit)).toEqual([]);
    const { encrypted, clear } = await saidInTheClear(url, people.cleo, room, bot.userId);
    expect(clear).toEqual([]);
    expect(encrypted).toBeGreaterThan(10);
    expectAllReadable(Object.values(people), room);
  });

  test("agreed to by words: only of those who may", { timeout: 150_000 }, async () => {
    const { run, command } = await deploy("1.1.0+1.0.0");
    await says.eve.ask(`approve ${run}`, /is not known here/);
    await says.dan.ask(`approve ${run}`, /maintainer/);
    await says.ana.ask(`approve ${run}`, /You asked for run/);
    expect(await program.door(`/runs/${run}`)).toMatchObject({ status: "waiting" });
    await says.bo.ask(`approve ${run}`, /Your voice counts/);
    expect(textOf(await outcome(command))).toContain(`${app} runs 1.1.0+1.0.0`);
    expect(await text()).toContain("Version 1.1.0");
  });

  test("declined with a reason: nothing is done, and the asker reads why", { timeout: 60_000 }, async () => {
    const { run, command } = await deploy("1.0.0+1.0.0");
    await says.bo.ask(`decline ${run}`, /needs/);
    await says.bo.ask(`decline ${run} not before the weekend`, /You declined/);
    expect(textOf(await outcome(command))).toContain("not before the weekend");
    expect(await text()).toContain("Version 1.1.0");
  });

  test("cancelled by the asker: a yes that comes later counts for nothing", { timeout: 60_000 }, async () => {
    const { run, command, id } = await deploy("1.0.0+1.0.0");
    await says.dan.ask(`cancel ${run}`, /ana/);
    await says.ana.ask(`cancel ${run} wrong version`, /is told to stop/);
    await outcome(command);
    expect(await program.door(`/runs/${run}`)).toMatchObject({ status: "cancelled" });
    await people.bo.react(room, id, "✅");
    await says.bo.reply(id, /was withdrawn/);
    expect(await text()).toContain("Version 1.1.0");
  });

  test(
    "a broken version: the verdict says why, and the page before it is back",
    { timeout: 180_000 },
    async () => {
      const { command, id } = await deploy("1.2.0-broken+1.0.0");
      await people.cleo.react(room, id, "👍🏽");
      const told = textOf(await outcome(command));
      expect(told).toContain("1.1.0+1.0.0");
      expect(told).toContain("/srv/pages");
      expect(told).not.toContain("healthy");
      await vi.waitUntil(
        () =>
          text().then(
            (html) => html.includes("Version 1.1.0"),
            () => false,
          ),
        patience,
      );
    },
  );

  test(
    "a link by direct message signs in, and the form on the page agrees",
    { timeout: 180_000 },
    async () => {
      await says.bo.ask("web", /on its way to you alone/);
      const invited = await vi.waitUntil(
        () => people.bo.client.getRooms().find((one) => one.getMyMembership() === "invite"),
        patience,
      );
      await people.bo.client.joinRoom(invited.roomId);
      const link = /http:\S+\/sign-in\?token=\S+/;
      const direct = await people.bo.hear(invited.roomId, bot.userId, link, 60_000);
      expect(direct.isEncrypted()).toBe(true);
      const address = link.exec(textOf(direct))?.[0] ?? "";
      expect(said().filter((event) => link.test(textOf(event)))).toEqual([]);

      const bo = browser(home.url);
      expect((await bo.get("/approvals")).status).toBe(404);
      // Looking at the link, as previews do, does not spend it.
      for (let looks = 0; looks < 2; looks++) expect((await bo.get(address)).status).toBe(200);
      expect((await bo.submit(address, /sign-in/)).status).toBe(303);
      expect((await browser(home.url).submit(address, /sign-in/)).status).toBe(422);

      const { run, command } = await deploy("1.0.0+1.0.0");
      expect(await (await bo.get("/approvals")).text()).toContain(run);
      const at = `/approvals/${run}/approval`;
      const foreign = await bo.post(`${at}/approve`, {}, "https://elsewhere.example");
      expect(foreign.status).toBe(403);
      expect((await bo.submit(at, /approve$/)).status).toBe(303);
      expect(textOf(await outcome(command))).toContain(`${app} runs 1.0.0+1.0.0`);
      expect(await text()).not.toContain("Version");
      expectAllReadable(Object.values(people), room);
      expect((await saidInTheClear(url, people.cleo, room, bot.userId)).clear).toEqual([]);
    },
  );
});
