import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Attachment, EncryptedAttachment } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { AuthDict } from "matrix-js-sdk";
import { say } from "../../src/chat/message.ts";
import { MatrixId } from "../../src/core/terms.ts";
import { botFolder, startBot, type TestBot } from "./matrix-bot.ts";
import { startMember, type Member } from "./matrix-member.ts";
import { call, testPassword, useSynapse, type TestUser } from "./synapse/index.ts";

const synapse = await useSynapse();
/** Longer than any round trip, shorter than a test may take. */
const patience = { timeout: 60_000, interval: 50 };

describe.skipIf(synapse === undefined)("Matrix, with a real homeserver", () => {
  if (synapse === undefined) return;
  const { url } = synapse;
  const folder = botFolder();
  let botUser: TestUser;
  let bot: TestBot;
  let bo: Member;
  const strangers = new Set<string>();
  const settings = { mayInvite: (id: string) => !strangers.has(id) };

  beforeAll(async () => {
    botUser = await synapse.user("tandem");
    bot = await startBot(url, botUser, { folder, settings });
    bo = await startMember(url, await synapse.user("bo"));
  });
  afterAll(async () => {
    bo.stop();
    await bot.stop();
    await synapse.stop();
  });

  interface Wire {
    type: string;
    content: Record<string, unknown>;
  }
  const esc = encodeURIComponent;
  const wire = (room: string, eventId: string): Promise<Wire> =>
    call(url, "GET", `/_matrix/client/v3/rooms/${esc(room)}/event/${esc(eventId)}`, {
      token: botUser.accessToken,
    });
  const idOf = (key: string): Promise<string> => vi.waitUntil(() => bot.outbox.eventIdOf(key), patience);
  const contentOf = async (
    room: string,
    member: Member,
    eventId: string,
  ): Promise<Record<string, unknown>> => {
    const event = await vi.waitUntil(
      () => member.messages(room, botUser.userId).find((e) => e.getId() === eventId),
      patience,
    );
    return event.getOriginalContent();
  };

  describe.each(["11", "12"])("in an encrypted room of version %s", (version) => {
    let room: string;
    beforeAll(async () => {
      room = await bo.room([botUser.userId], { version });
    });

    test("a command is decrypted and answered, encrypted both ways", async () => {
      const command = await bo.say(room, "!echo hello");
      const reply = await bo.hear(room, botUser.userId, "hello");
      expect((await wire(room, command)).type).toBe("m.room.encrypted");
      expect((await wire(room, reply.getId() ?? "")).type).toBe("m.room.encrypted");
      expect(reply.getContent()).toMatchObject({ msgtype: "m.notice", "m.mentions": {} });
      expect(bot.heard.at(-1)).toMatchObject({
        kind: "message",
        text: "!echo hello",
        direct: true,
        trust: "verified",
      });
    });

    test("an edit replaces the text, is encrypted, and rings only whom the message has not rung", async () => {
      const [boId, newcomer] = [MatrixId.parse(bo.userId), MatrixId.parse("@newcomer:coop.test")];
      const question = `question ${version}`;
      const message = say("Upgrade?", { mentions: [boId] });
      bot.outbox.post({ kind: "message", key: question, room, message });
      const target = await idOf(question);
      const edited = say("1 of 2 agreed", { mentions: [boId, newcomer] });
      bot.outbox.post({
        kind: "edit",
        key: `${question} edited`,
        room,
        target: `key:${question}`,
        message: edited,
      });
      const edit = await idOf(`${question} edited`);
      expect((await wire(room, edit)).type).toBe("m.room.encrypted");
      expect(await contentOf(room, bo, target)).toMatchObject({
        msgtype: "m.text",
        "m.mentions": { user_ids: [boId] },
      });
      expect(await contentOf(room, bo, edit)).toMatchObject({
        "m.relates_to": { rel_type: "m.replace", event_id: target },
        "m.mentions": { user_ids: [newcomer] },
        "m.new_content": { msgtype: "m.text", "m.mentions": { user_ids: [boId, newcomer] } },
      });
    });

    test("a reaction is seen, and its redaction as well; the bot's own are in clear text", async () => {
      bot.outbox.post({ kind: "message", key: `ask ${version}`, room, message: say("Agree?") });
      bot.outbox.post({
        kind: "reaction",
        key: `seed ${version}`,
        room,
        target: `key:ask ${version}`,
        symbol: "❌",
      });
      const target = await idOf(`ask ${version}`);
      expect(await wire(room, await idOf(`seed ${version}`))).toMatchObject({ type: "m.reaction" });
      const reaction = await bo.react(room, target, "✅");
      await vi.waitUntil(
        () => bot.heard.some((e) => e.kind === "reaction" && e.eventId === reaction),
        patience,
      );
      expect(bot.heard.at(-1)).toMatchObject({
        kind: "reaction",
        target,
        symbol: "✅",
        sender: bo.userId,
        room,
      });
      expect(await bot.matrix.reactionsOn(room, target)).toMatchObject([{ eventId: reaction, symbol: "✅" }]);
      await bo.redact(room, reaction);
      await vi.waitUntil(
        () => bot.heard.some((e) => e.kind === "redaction" && e.redacts === reaction),
        patience,
      );
      expect(await bot.matrix.reactionsOn(room, target)).toEqual([]);
    });

    test("the bot takes its own message back", async () => {
      bot.outbox.post({ kind: "message", key: `oops ${version}`, room, message: say("not meant") });
      bot.outbox.post({
        kind: "redaction",
        key: `gone ${version}`,
        room,
        target: `key:oops ${version}`,
        why: "not meant",
      });
      await idOf(`gone ${version}`);
      expect((await wire(room, await idOf(`oops ${version}`))).content).toEqual({});
    });

    test("what cannot be one event goes along as an encrypted file, in the thread", async () => {
      const root = await bo.say(room, "the thread begins");
      const text = Array.from({ length: 4000 }, (_, line) => `line ${line} of the log`).join("\n");
      const message = say("The log:", { code: text, attachment: { name: "app.log", text } });
      bot.outbox.post({ kind: "message", key: `log ${version}`, room, message, threadRoot: root });
      const shown = await contentOf(room, bo, await idOf(`log ${version}`));
      expect(String(shown["body"]).length).toBeLessThan(30_000);
      expect(shown["m.relates_to"]).toMatchObject({ rel_type: "m.thread", event_id: root });
      const file = (await bo.hear(room, botUser.userId, "app.log")).getContent();
      expect(file).toMatchObject({ msgtype: "m.file", "m.relates_to": { event_id: root } });
      expect(await download(file["file"] as { url: string })).toBe(text);
      const whole = (await bo.hear(room, botUser.userId, "message.txt")).getContent();
      expect(await download(whole["file"] as { url: string })).toContain("line 2000 of the log");
    });
  });

  async function download(file: { url: string }): Promise<string> {
    const media = file.url.replace("mxc://", "");
    const response = await fetch(`${url}/_matrix/client/v1/media/download/${media}`, {
      headers: { authorization: `Bearer ${botUser.accessToken}` },
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(Buffer.from(bytes).includes("of the log")).toBe(false);
    return Buffer.from(Attachment.decrypt(new EncryptedAttachment(bytes, JSON.stringify(file)))).toString();
  }

  test("in a room without encryption everything works as well, and is known to be clear", async () => {
    const room = await bo.room([botUser.userId], { encrypted: false });
    const root = await bo.say(room, "!echo plain", { "m.mentions": { user_ids: [botUser.userId] } });
    const reply = await bo.hear(room, botUser.userId, "plain");
    expect((await wire(room, reply.getId() ?? "")).type).toBe("m.room.message");
    expect(bot.heard.at(-1)).toMatchObject({ eventId: root, mentioned: true, trust: "clear" });
    await bo.client.sendStateEvent(
      room,
      "m.room.encryption" as never,
      { algorithm: "m.megolm.v1.aes-sha2" } as never,
    );
    await vi.waitUntil(() => bo.client.getRoom(room)?.hasEncryptionStateEvent(), patience);
    await bo.say(room, "!echo now closed");
    const closed = await bo.hear(room, botUser.userId, "now closed");
    expect((await wire(room, closed.getId() ?? "")).type).toBe("m.room.encrypted");
  });

  test("edits, notices and other bots are no commands; the quoted part of a reply is not read", async () => {
    const room = await bo.room([botUser.userId]);
    const first = await bo.say(room, "!echo first");
    await bo.hear(room, botUser.userId, "first");
    await bo.say(room, "* !echo edited", {
      "m.new_content": { msgtype: "m.text", body: "!echo edited" },
      "m.relates_to": { rel_type: "m.replace", event_id: first },
    });
    await bo.say(room, "!echo noticed", { msgtype: "m.notice" });
    await bo.say(room, "> <@tandem:coop.test> first\n\n!echo replied", {
      "m.relates_to": { "m.in_reply_to": { event_id: first } },
    });
    await bo.hear(room, botUser.userId, "replied");
    const said = bo.messages(room, botUser.userId).map((event) => String(event.getContent()["body"]));
    expect(said).toEqual(["first", "replied"]);
  });

  test("a restart keeps device and sessions; what was said meanwhile is answered", async () => {
    const room = await bo.room([botUser.userId]);
    const before = bot.matrix.device;
    await bo.say(room, "!echo before");
    const first = await bo.hear(room, botUser.userId, "before");
    await bot.stop();
    const meanwhile = await bo.say(room, "!echo meanwhile");
    bot = await startBot(url, botUser, { folder, settings });
    const reply = await bo.hear(room, botUser.userId, "meanwhile");
    expect(bot.matrix.device).toEqual(before);
    const sessionOf = async (eventId: string): Promise<unknown> =>
      (await wire(room, eventId)).content["session_id"];
    expect(await sessionOf(reply.getId() ?? "")).toBe(await sessionOf(first.getId() ?? ""));
    expect(bot.heard.map((event) => event.eventId)).toContain(meanwhile);
    expect(bot.inbox.unreadable()).toEqual([]);
  });

  test("a gap of more than a hundred events is filled, and each is heard once", async () => {
    const room = await bo.room([botUser.userId]);
    await bo.say(room, "!echo ready");
    await bo.hear(room, botUser.userId, "ready");
    await bot.stop();
    const sent: string[] = [];
    for (let i = 0; i < 130; i++) sent.push(await bo.say(room, `word ${i}`));
    await bo.say(room, "!echo after the gap");
    bot = await startBot(url, botUser, { folder, settings });
    await bo.hear(room, botUser.userId, "after the gap");
    const heard = bot.heard.filter((event) => event.kind === "message" && event.text.startsWith("word "));
    expect(heard.map((event) => event.eventId)).toEqual(sent);
  });

  test("a room that is replaced by another one is followed there, and the operators hear of it", async () => {
    const room = await bo.room([botUser.userId]);
    await bo.say(room, "!echo old");
    await bo.hear(room, botUser.userId, "old");
    const upgraded = await bo.client.upgradeRoom(room, "12");
    const replacement = upgraded.replacement_room;
    await bo.client.invite(replacement, botUser.userId);
    await bo.joined(replacement, botUser.userId);
    const told = await vi.waitUntil(() => bot.told.find((one) => one.room === room), patience);
    expect(told.problem.text.happened).toBe(`The room ${room} was closed in favour of ${replacement}.`);
  });

  test("clear text in an encrypted room is nobody's command", async () => {
    const room = await bo.room([botUser.userId]);
    await bo.say(room, "!echo sealed");
    await bo.hear(room, botUser.userId, "sealed");
    // As the homeserver's admin could, in anybody's name.
    const said = await call<{ event_id: string }>(
      url,
      "PUT",
      `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/clear`,
      { token: bo.client.getAccessToken() ?? "", body: { msgtype: "m.text", body: "!echo in the clear" } },
    );
    await bo.say(room, "!echo sealed as well");
    await bo.hear(room, botUser.userId, "sealed as well");
    expect(bot.heard.find((event) => event.eventId === said.event_id)?.kind).toBe("unencrypted");
    const answered = bo.messages(room, botUser.userId).map((event) => String(event.getContent()["body"]));
    expect(answered).toEqual(["sealed", "sealed as well"]);
  });

  test("what is for one person stays in their own encrypted room with the bot", async () => {
    const room = await bo.room([botUser.userId]);
    const user = MatrixId.parse(bo.userId);
    const to = { direct: user, rather: room };
    bot.outbox.post({ kind: "message", key: "in private", room: to, message: say("for Bo alone") });
    await bo.hear(room, botUser.userId, "for Bo alone");
    const open = await bo.room([botUser.userId], { encrypted: false });
    const elsewhere = { direct: user, rather: open };
    bot.outbox.post({ kind: "message", key: "not there", room: elsewhere, message: say("not for the open") });
    await idOf("not there");
    const went = bot.db.sqlite.prepare("select room from outbox where key = 'not there'").pluck().get();
    expect(went).not.toBe(open);
    expect((await wire(String(went), await idOf("not there"))).type).toBe("m.room.encrypted");
  });

  test("an invite from a stranger is left with the reason", async () => {
    strangers.add(bo.userId);
    const { room_id: room } = await bo.client.createRoom({ invite: [botUser.userId] });
    const left = await vi.waitUntil(() => {
      const member = bo.client.getRoom(room)?.getMember(botUser.userId);
      return member?.membership === "leave" ? member : undefined;
    }, patience);
    strangers.delete(bo.userId);
    expect(left.events.member?.getContent()["reason"]).toBe(
      `Only members of this co-op can invite me, and ${bo.userId} is not known as one. A member can add you.`,
    );
  });

  test("an invite that came while the bot was away is accepted at start", async () => {
    await bot.stop();
    const { room_id: room } = await bo.client.createRoom({ invite: [botUser.userId] });
    bot = await startBot(url, botUser, { folder, settings });
    await bo.joined(room, botUser.userId);
  });

  test("a direct message goes to an encrypted room of two, made once", async () => {
    const user = MatrixId.parse(bo.userId);
    for (const key of ["link 1", "link 2"])
      bot.outbox.post({ kind: "message", key, room: { direct: user }, message: say(`your ${key}`) });
    await idOf("link 2");
    const room = bot.db.sqlite
      .prepare("select distinct room from outbox where key like 'link _'")
      .pluck()
      .all() as string[];
    // Bo and the bot already share rooms of two that Bo made; only a room of the bot's own list is used.
    expect(room).toHaveLength(1);
    await bo.client.joinRoom(room[0] ?? "");
    await bo.hear(room[0] ?? "", botUser.userId, "your link 2");
    expect((await wire(room[0] ?? "", await idOf("link 1"))).type).toBe("m.room.encrypted");
  });

  test("a member who only accepts cross-signed devices reads and is read", async () => {
    const strict = await startMember(url, await synapse.user("kim"), { strict: true });
    const room = await strict.room([botUser.userId]);
    await strict.say(room, "!echo strictly");
    await strict.hear(room, botUser.userId, "strictly");
    expect(strict.unreadable(room)).toEqual([]);
    strict.stop();
  });

  test("a device that its owner never signed is heard as unverified, and gets no keys", async () => {
    const unsigned = await startMember(url, await synapse.user("ola"), { crossSigned: false });
    const room = await unsigned.room([botUser.userId]);
    const command = await unsigned.say(room, "!echo who am I");
    const heard = await vi.waitUntil(() => bot.heard.find((event) => event.eventId === command), patience);
    expect(heard).toMatchObject({ kind: "message", trust: "unverified" });
    await vi.waitUntil(() => unsigned.unreadable(room).length > 0, patience);
    expect(bot.matrix.health().details).toBe(
      `connected; cannot read until they verify a device: ${unsigned.userId}`,
    );
    unsigned.stop();
  });

  test("whoever sets up their keys anew counts again once that identity is accepted, and no other", async () => {
    const user = await synapse.user("ida");
    const ida = await startMember(url, user);
    const matrixId = MatrixId.parse(ida.userId);
    const room = await ida.room([botUser.userId]);
    const trust = async (): Promise<string | undefined> => {
      const said = await ida.say(room, "!echo it is me");
      const heard = await vi.waitUntil(() => bot.heard.find((event) => event.eventId === said), patience);
      return heard.kind === "message" ? heard.trust : undefined;
    };
    expect(await trust()).toBe("verified");
    expect(await bot.matrix.isIn?.(room, matrixId)).toBe(true);
    expect(await bot.matrix.isIn?.(room, MatrixId.parse(bo.userId))).toBe(false);
    expect(await bot.matrix.isIn?.("!nowhere:elsewhere.example", matrixId)).toBe(false);
    const first = await bot.matrix.identityOf?.(matrixId);
    const key = (await ida.client.getCrypto()?.getOwnDeviceKeys())?.ed25519;
    expect(first).toMatchObject({ counts: true, devices: [{ id: user.deviceId, key }] });

    const identifier = { type: "m.id.user", user: ida.userId };
    const withPassword = (make: (auth: AuthDict) => Promise<void>): Promise<void> =>
      make({ type: "m.login.password", identifier, password: testPassword });
    await ida.client
      .getCrypto()
      ?.bootstrapCrossSigning({ setupNewCrossSigning: true, authUploadDeviceSigningKeys: withPassword });
    await vi.waitUntil(async () => (await trust()) === "unverified", patience);
    const second = await bot.matrix.identityOf?.(matrixId);
    expect(second).toMatchObject({ counts: false, devices: [{ id: user.deviceId, key }] });
    expect(second?.key).not.toBe(first?.key);
    expect(await bot.matrix.acceptIdentity?.(matrixId, first?.key ?? "")).toBe(false);
    expect(await trust()).toBe("unverified");
    expect(await bot.matrix.acceptIdentity?.(matrixId, second?.key ?? "")).toBe(true);
    expect(await bot.matrix.acceptIdentity?.(matrixId, second?.key ?? "")).toBe(true);
    expect(await trust()).toBe("verified");
    expect(await bot.matrix.identityOf?.(matrixId)).toMatchObject({ counts: true, key: second?.key });

    // Whoever holds the homeserver comes in as Ida, makes an identity and lets it sign her true device.
    const login = await synapse.login(user, "FALSE");
    const false_ = await startMember(url, login, { crossSigned: false });
    const crypto = false_.client.getCrypto();
    // The client throws the private halves away when a look at the keys of before comes in meanwhile.
    await vi.waitUntil(async () => {
      await crypto?.bootstrapCrossSigning({
        setupNewCrossSigning: true,
        authUploadDeviceSigningKeys: withPassword,
      });
      return (await crypto?.getCrossSigningStatus())?.privateKeysCachedLocally.selfSigningKey === true;
    }, patience);
    await crypto?.crossSignDevice(user.deviceId);
    const third = await bot.matrix.identityOf?.(matrixId);
    expect(third).toMatchObject({ counts: false });
    expect(third?.key).not.toBe(second?.key);
    // What she reads out of her own client is not among these.
    expect(third?.devices.map(({ id }) => id)).toEqual(["FALSE"]);
    false_.stop();
    ida.stop();
  });
});
