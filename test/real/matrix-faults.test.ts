import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { login } from "../../src/chat/matrix/index.ts";
import { say } from "../../src/chat/message.ts";
import { Problem } from "../../src/core/problem.ts";
import { Secret } from "../../src/core/secret.ts";
import { botFolder, startBot, type BotOptions, type TestBot } from "./matrix-bot.ts";
import { startMember, type Member } from "./matrix-member.ts";
import { startProxy, type Proxy } from "./proxy.ts";
import { call, testPassword, useSynapse, type TestUser } from "./synapse/index.ts";

const synapse = await useSynapse();
const patience = { timeout: 20_000, interval: 50 };

describe.skipIf(synapse === undefined)("Matrix, when something is wrong", () => {
  if (synapse === undefined) return;
  const { url } = synapse;
  let proxy: Proxy;
  let bo: Member;
  let botUser: TestUser;
  let bot: TestBot | undefined;

  beforeAll(async () => {
    proxy = await startProxy(url);
    bo = await startMember(url, await synapse.user("bo"));
  });
  afterAll(async () => {
    bo.stop();
    await proxy.stop();
    await synapse.stop();
  });
  beforeEach(async () => {
    proxy.instead = () => undefined;
    proxy.sync = (answer) => answer;
    proxy.seen = () => undefined;
    botUser = await synapse.user("tandem");
    return async () => {
      await bot?.stop();
      bot = undefined;
    };
  });

  const codeOf = async (work: Promise<unknown>): Promise<string> => {
    const thrown: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(thrown instanceof Problem)) throw new Error(`no problem, but ${String(thrown)}`);
    return thrown.code;
  };
  const masterKey = async (): Promise<unknown> => {
    const answer = await call<{ master_keys: Record<string, { keys: unknown }> }>(
      url,
      "POST",
      "/_matrix/client/v3/keys/query",
      { token: botUser.accessToken, body: { device_keys: { [botUser.userId]: [] } } },
    );
    return answer.master_keys[botUser.userId]?.keys;
  };

  test("while the homeserver cannot say whether a room is encrypted, nothing is sent; then it is encrypted", async () => {
    const wires: string[] = [];
    const isEncryptionState = (path: string): boolean => path.includes("/state/m.room.encryption");
    // The bot never learns of the encryption from sync, and asking fails.
    proxy.sync = (answer) =>
      JSON.parse(
        JSON.stringify(answer).replaceAll('"m.room.encryption"', '"m.room.unknown"'),
      ) as typeof answer;
    proxy.instead = (_method, path) =>
      isEncryptionState(path)
        ? { status: 500, body: { errcode: "M_UNKNOWN", error: "try later" } }
        : undefined;
    proxy.seen = (method, path, body) => {
      if (method === "PUT" && /\/rooms\/.*\/send\//.test(path)) wires.push(`${path} ${body}`);
    };
    bot = await startBot(proxy.url, botUser);
    const room = await bo.room([botUser.userId]);
    bot.outbox.post({ kind: "message", key: "k", room, message: say("for members only") });
    const state = (): unknown =>
      bot?.db.sqlite.prepare("select state, attempts > 0 as tried, wire from outbox where key = 'k'").get();
    await vi.waitUntil(() => (state() as { tried: number }).tried === 1, patience);
    expect(state()).toEqual({ state: "queued", tried: 1, wire: null });
    expect(wires).toEqual([]);
    proxy.instead = () => undefined;
    await bo.hear(room, botUser.userId, "for members only");
    expect(wires).toHaveLength(1);
    expect(wires[0]).toContain("/send/m.room.encrypted/");
    expect(wires[0]).not.toContain("for members only");
  });

  test("a room key that comes after its message: the command is answered all the same", async () => {
    bot = await startBot(proxy.url, botUser);
    const room = await bo.room([botUser.userId]);
    await bo.say(room, "!echo first");
    await bo.hear(room, botUser.userId, "first");
    const held: unknown[] = [];
    let holding = true;
    proxy.sync = (answer) => {
      const keys = answer["to_device"] as { events?: unknown[] } | undefined;
      if (holding) {
        held.push(...(keys?.events ?? []));
        return { ...answer, to_device: { events: [] } };
      }
      return { ...answer, to_device: { events: [...held.splice(0), ...(keys?.events ?? [])] } };
    };
    await bo.client.getCrypto()?.forceDiscardSession(room);
    const command = await bo.say(room, "!echo late");
    await vi.waitUntil(() => bot?.inbox.unreadable(room).length === 1, patience);
    holding = false;
    await bo.react(room, command, "👀");
    await bo.hear(room, botUser.userId, "late");
    expect(bot.inbox.unreadable()).toEqual([]);
    expect(bot.heard.filter((event) => event.kind === "undecryptable")).toEqual([]);
  });

  test("a rate limit is waited out, and the message is sent once", async () => {
    bot = await startBot(proxy.url, botUser);
    const room = await bo.room([botUser.userId]);
    let limited = 0;
    proxy.instead = (method, path) =>
      method === "PUT" && path.includes("/send/m.room.encrypted/") && limited++ < 5
        ? {
            status: 429,
            body: { errcode: "M_LIMIT_EXCEEDED", error: "Too Many Requests", retry_after_ms: 50 },
          }
        : undefined;
    await bo.say(room, "!echo patience");
    await bo.hear(room, botUser.userId, "patience");
    expect(limited).toBe(6);
    expect(bo.messages(room, botUser.userId)).toHaveLength(1);
  });

  test("an answer that is lost on the way back does not make a second message", async () => {
    bot = await startBot(proxy.url, botUser);
    const room = await bo.room([botUser.userId]);
    const puts: string[] = [];
    let lose = 2;
    proxy.seen = (method, path, body) => {
      if (method !== "PUT" || !path.includes("/send/m.room.encrypted/")) return;
      puts.push(`${path} ${body}`);
    };
    proxy.lose = (method, path) => method === "PUT" && path.includes("/send/m.room.encrypted/") && lose-- > 0;
    await bo.say(room, "!echo once");
    await bo.hear(room, botUser.userId, "once");
    await vi.waitUntil(() => bot?.outbox.depth() === 0, patience);
    proxy.lose = () => false;
    // The same bytes under the same transaction each time, unless the echo in sync was quicker than the second try.
    expect(new Set(puts).size).toBe(1);
    await bo.say(room, "!echo and on");
    await bo.hear(room, botUser.userId, "and on");
    const bodies = bo.messages(room, botUser.userId).map((event) => String(event.getContent()["body"]));
    expect(bodies).toEqual(["once", "and on"]);
  });

  test("a message that the room refuses is given up with the reason, and does not hold up the next", async () => {
    bot = await startBot(url, botUser);
    const room = await bo.room([botUser.userId]);
    bot.outbox.post({ kind: "message", key: "nowhere", room: "!nowhere:coop.test", message: say("hello?") });
    bot.outbox.post({ kind: "message", key: "here", room, message: say("hello") });
    await bo.hear(room, botUser.userId, "hello");
    await vi.waitUntil(() => bot?.outbox.depth() === 0, patience);
    const refusal = bot.db.sqlite.prepare("select refusal from outbox where key = 'nowhere'").pluck().get();
    expect(refusal).toMatch(/403 M_FORBIDDEN/);
    const [told] = bot.told;
    expect(told).toMatchObject({ room: "!nowhere:coop.test", problem: { code: "message-refused" } });
    expect(told?.problem.text.happened).toMatch(/say in !nowhere:coop.test: 403 M_FORBIDDEN/);
    expect([bot.outbox.refusedSince(0), bot.outbox.refusedSince(Date.now() + 1)]).toEqual([1, 0]);
    // Whoever asks for the reactions there again and again would never be answered.
    expect(await bot.matrix.reactionsOn("!nowhere:coop.test", "$question")).toBeUndefined();
  });

  test("what one room cannot be asked is told as trouble while the homeserver is there", async () => {
    bot = await startBot(proxy.url, botUser);
    const room = await bo.room([botUser.userId]);
    await bo.say(room, "!echo before");
    await bo.hear(room, botUser.userId, "before");
    proxy.sync = (answer) =>
      JSON.parse(
        JSON.stringify(answer).replace('"limited":false', '"limited":true').replace(room, "!stuck:coop.test"),
      ) as typeof answer;
    proxy.instead = (_method, path) =>
      decodeURIComponent(path).includes("!stuck:coop.test/messages")
        ? { status: 500, body: { errcode: "M_UNKNOWN", error: "Internal server error" } }
        : undefined;
    await bo.say(room, "!echo stuck");
    await vi.waitUntil(
      () => bot?.matrix.health().details.includes("cannot be taken in: 500 M_UNKNOWN"),
      patience,
    );
    const { connected, lastSyncAt } = bot.matrix.health();
    expect(connected).toBe(true);
    proxy.instead = () => undefined;
    proxy.sync = (answer) => answer;
    await vi.waitUntil(() => bot?.matrix.health().details === "connected", patience);
    expect(bot.matrix.health().lastSyncAt).toBeGreaterThan(lastSyncAt ?? 0);
  });

  test("a homeserver that is away: start goes on without it, commands wait, all is answered when it is back", async () => {
    const folder = botFolder();
    bot = await startBot(url, botUser, { folder });
    const room = await bo.room([botUser.userId]);
    await bo.say(room, "!echo before");
    await bo.hear(room, botUser.userId, "before");
    await bot.stop();
    proxy.instead = () => ({ status: 502, body: {} });
    bot = await startBot(proxy.url, botUser, { folder });
    expect(bot.matrix.health()).toMatchObject({ connected: false, lastSyncAt: null });
    expect(bot.matrix.health().details).toMatch(/^out of reach: 502/);
    bot.outbox.post({ kind: "message", key: "waits", room, message: say("waits") });
    const command = await bo.say(room, "!echo in the dark");
    expect(bot.outbox.depth()).toBe(1);
    proxy.instead = () => undefined;
    await bo.hear(room, botUser.userId, "waits");
    await bo.hear(room, botUser.userId, "in the dark");
    expect(bot.heard.map((event) => event.eventId)).toEqual([command]);
    await vi.waitUntil(() => bot?.outbox.depth() === 0, patience);
    expect(bot.matrix.health()).toMatchObject({ connected: true, outboxDepth: 0, details: "connected" });
  });

  test("a token that was taken back ends the transport with a problem", async () => {
    bot = await startBot(url, botUser);
    await call(url, "POST", "/_matrix/client/v3/logout", { token: botUser.accessToken, body: {} });
    await vi.waitUntil(() => bot?.problems.length === 1, { timeout: 40_000, interval: 50 });
    expect(bot.problems[0]?.code).toBe("token-refused");
    expect(bot.matrix.health()).toMatchObject({ connected: false, details: bot.problems[0]?.text.happened });
    expect(await codeOf(startBot(url, botUser))).toBe("token-refused");
  });

  test("at its first start it says when the homeserver is not there", async () => {
    expect(await codeOf(startBot("http://127.0.0.1:9", botUser))).toBe("homeserver-unreachable");
  });

  test("the keys of one device cannot be used by two processes, nor with another passphrase", async () => {
    const folder = botFolder();
    const settings = { storePassphrase: new Secret("correct horse battery staple") };
    bot = await startBot(url, botUser, { folder, settings });
    const second = startBot(url, botUser, {
      folder: botFolder(),
      settings: { ...settings, dataDir: `${folder}/matrix` },
    });
    expect(await codeOf(second)).toBe("database-locked");
    await bot.stop();
    const wrong: BotOptions = { folder, settings: { storePassphrase: new Secret("another one") } };
    expect(await codeOf(startBot(url, botUser, wrong))).toBe("store-passphrase-wrong");
    bot = await startBot(url, botUser, { folder, settings });
  });

  test("an identity is never replaced silently: it is opened with the recovery key, or reset on purpose", async () => {
    const keys: Secret[] = [];
    bot = await startBot(url, botUser, { settings: { keepRecoveryKey: (key) => keys.push(key) } });
    const identity = await masterKey();
    expect(keys[0]?.reveal()).toMatch(/^(?:\w{4} ){11}\w{4}$/);
    await bot.stop();
    bot = undefined;

    const device = await synapse.login(botUser, "SECOND");
    const folder = botFolder();
    const start = (settings: NonNullable<BotOptions["settings"]>): Promise<TestBot> =>
      startBot(url, device, { folder, settings });
    expect(await codeOf(start({}))).toBe("recovery-key-needed");
    expect(await codeOf(start({ recoveryKey: new Secret("EsTc not the key of anybody") }))).toBe(
      "recovery-key-wrong",
    );
    expect(await masterKey()).toEqual(identity);

    bot = await start({ recoveryKey: keys[0] });
    expect(await masterKey()).toEqual(identity);
    const strict = await startMember(url, await synapse.user("kim"), { strict: true });
    const room = await strict.room([botUser.userId]);
    await strict.say(room, "!echo same as ever");
    await strict.hear(room, botUser.userId, "same as ever");
    strict.stop();
    await bot.stop();
    bot = undefined;

    const third = await synapse.login(botUser, "THIRD");
    const [thirdFolder, reset] = [botFolder(), { resetIdentity: true }];
    expect(await codeOf(startBot(url, third, { folder: thirdFolder, settings: reset }))).toBe(
      "identity-needs-password",
    );
    expect(await masterKey()).toEqual(identity);
    const password = new Secret(testPassword);
    bot = await startBot(url, third, { folder: thirdFolder, settings: { ...reset, password } });
    expect(await masterKey()).not.toEqual(identity);
    await bot.stop();
    bot = undefined;

    expect(await codeOf(startBot(url, third, { folder: botFolder() }))).toBe("device-keys-lost");
  });

  test("a start that is cut off before the device is signed has kept the recovery key, or the next one does", async () => {
    const keys: string[] = [];
    const folder = botFolder();
    const settings = { keepRecoveryKey: (key: Secret) => keys.push(key.reveal()) };
    // Not even the first signature gets through; to the homeserver the identity is there.
    proxy.instead = (_method, path) =>
      path.includes("/keys/signatures/upload")
        ? { status: 500, body: { errcode: "M_UNKNOWN", error: "try later" } }
        : undefined;
    bot = await startBot(proxy.url, botUser, { folder, settings });
    await bot.stop();
    bot = undefined;
    const identity = await masterKey();
    expect([identity, keys.length > 0]).toEqual([expect.anything(), true]);
    // As if the process had been killed before the key was written down.
    keys.length = 0;
    proxy.instead = () => undefined;
    bot = await startBot(proxy.url, botUser, { folder, settings });
    await vi.waitUntil(() => bot?.matrix.health().connected, patience);
    await bot.stop();
    bot = undefined;
    expect(keys).toHaveLength(1);
    const second = await synapse.login(botUser, "SECOND");
    bot = await startBot(url, second, { settings: { recoveryKey: new Secret(keys[0] ?? "") } });
    expect(await masterKey()).toEqual(identity);
  });

  test("logging in with a password gives a token for the same device each time", async () => {
    const password = new Secret(testPassword);
    const [first, second] = [
      await login(url, botUser.name, password),
      await login(url, botUser.name, password),
    ];
    expect([first.userId, first.deviceId, second.deviceId]).toEqual([botUser.userId, "TANDEM", "TANDEM"]);
    expect(JSON.stringify(first)).not.toContain(first.accessToken.reveal());
    expect(await codeOf(login(url, botUser.name, new Secret("wrong one")))).toBe("login-refused");
    expect(await codeOf(login("http://127.0.0.1:9", "x", password))).toBe("homeserver-unreachable");
  });
});
