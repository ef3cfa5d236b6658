/** Files that people send into rooms, on a real homeserver: read, or refused with the reason. */
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openParcels } from "../../src/apps/index.ts";
import type { SentFile } from "../../src/chat/transport.ts";
import { systemClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import { openSentFiles } from "../../src/house/sent-files.ts";
import { replyTo, seal, upload } from "./attachment.ts";
import { botFolder, startBot, type TestBot } from "./matrix-bot.ts";
import { startMember, type Member } from "./matrix-member.ts";
import { startProxy, type Proxy } from "./proxy.ts";
import { call, useSynapse, type TestUser } from "./synapse/index.ts";

const synapse = await useSynapse();
const patience = { timeout: 60_000, interval: 50 };
const megabyte = 1024 * 1024;

describe.skipIf(synapse === undefined)("files that people send into rooms", () => {
  if (synapse === undefined) return;
  const { url } = synapse;
  const folder = botFolder();
  const parcels = openParcels(path.join(folder, "parcels"), systemClock);
  let proxy: Proxy;
  let botUser: TestUser;
  let bot: TestBot;
  let bo: Member;
  let room: string;
  let clear: string;

  beforeAll(async () => {
    proxy = await startProxy(url);
    botUser = await synapse.user("tandem");
    bot = await startBot(proxy.url, botUser, { folder });
    bo = await startMember(url, await synapse.user("bo"));
    room = await bo.room([botUser.userId]);
    clear = await bo.room([botUser.userId], { encrypted: false });
  });
  afterAll(async () => {
    bo.stop();
    await bot.stop();
    await proxy.stop();
    await synapse.stop();
  });

  const send = (to: string, content: Record<string, unknown>): Promise<string> =>
    bo.say(to, "page.html", { msgtype: "m.file", filename: "page.html", ...content });
  /** Encrypts, uploads what `change` makes of it, and sends the message. */
  async function sendSealed(bytes: Buffer, change: (sealed: Buffer) => Buffer = (same) => same) {
    const { sealed, info } = seal(bytes);
    const address = await upload(url, bo, change(sealed));
    return { eventId: await send(room, { file: { ...info, url: address } }), address, sealed };
  }
  const fileOf = (where: string, eventId: string): Promise<SentFile | undefined> =>
    bot.matrix.fileOf(where, eventId, { mostBytes: 10 * megabyte });
  /** Through the house's own hands, which keep what they get. */
  const fetchIn = (where: string, eventId: string) =>
    openSentFiles({ transport: bot.matrix, parcels }).fetch(
      { room: where, eventId },
      { key: `bakor/${eventId}`, signal: AbortSignal.timeout(60_000) },
    );
  const kept = (): string[] => {
    try {
      return readdirSync(path.join(folder, "parcels"));
    } catch {
      return [];
    }
  };
  async function problemOf(work: Promise<unknown>): Promise<Problem> {
    const thrown: unknown = await work.then(
      () => expect.fail("it worked"),
      (reason: unknown) => reason,
    );
    if (!(thrown instanceof Problem)) throw thrown;
    return thrown;
  }

  test("an encrypted file is read by its event, as it was before it was encrypted", async () => {
    const bytes = randomBytes(3 * megabyte);
    const { eventId, address } = await sendSealed(bytes);
    const file = await fileOf(room, eventId);
    expect(file).toMatchObject({ name: "page.html", sender: bo.userId, trust: "verified" });
    expect(file?.bytes.equals(bytes)).toBe(true);
    // Only those who are logged in get it, and the homeserver has nothing of it in the clear.
    const media = `${url}/_matrix/client/v1/media/download/${address.slice("mxc://".length)}`;
    expect((await fetch(media)).status).toBe(401);
    const wire = await call<{ type: string }>(
      url,
      "GET",
      `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/event/${encodeURIComponent(eventId)}`,
      { token: botUser.accessToken },
    );
    expect(wire.type).toBe("m.room.encrypted");
  });

  test.each(["m.image", "m.audio", "m.video"])("%s is a file as well, an empty one too", async (msgtype) => {
    const { sealed, info } = seal(Buffer.alloc(0));
    const eventId = await send(room, { msgtype, file: { ...info, url: await upload(url, bo, sealed) } });
    expect((await fileOf(room, eventId))?.bytes.length).toBe(0);
  });

  test("a room without encryption works, and it is known that nobody vouches for the file", async () => {
    const eventId = await send(clear, {
      url: await upload(url, bo, Buffer.from("<p>clear</p>"), "text/html"),
    });
    const file = await fileOf(clear, eventId);
    expect(file).toMatchObject({ name: "page.html", sender: bo.userId, trust: "clear" });
    expect(file?.bytes.toString()).toBe("<p>clear</p>");
  });

  test("a reply names the file; it is kept under the step's key, once", async () => {
    const { eventId } = await sendSealed(Buffer.from("a page"));
    const reply = await bo.say(room, "!tandem app cp", replyTo(eventId));
    const heard = await vi.waitUntil(() => bot.heard.find((event) => event.eventId === reply), patience);
    expect(heard).toMatchObject({ kind: "message", repliesTo: eventId });
    const before = kept().length;
    const first = await fetchIn(room, eventId);
    expect(await fetchIn(room, eventId)).toEqual(first);
    expect(kept()).toHaveLength(before + 1);
    expect(first).toEqual({
      name: "page.html",
      bytes: 6,
      sender: bo.userId,
      trust: "verified",
      parcel: expect.any(String) as string,
    });
    expect(parcels.read(first?.parcel ?? "")?.toString()).toBe("a page");
  });

  test("what is no file is none: words, and the bot's own words", async () => {
    expect(await fileOf(room, await bo.say(room, "!echo just words"))).toBeUndefined();
    const said = await bo.hear(room, botUser.userId, "just words");
    expect(await fileOf(room, said.getId() ?? "")).toBeUndefined();
    expect(await fileOf(clear, await bo.say(clear, "clear words"))).toBeUndefined();
  });

  test("what the bot itself has sent can be taken back in", async () => {
    const text = "a file of the bot";
    const message = {
      blocks: [{ kind: "text" as const, text: "Here:" }],
      attachment: { name: "x.txt", text },
    };
    bot.outbox.post({ kind: "message", key: "own", room, message });
    const sent = await bo.hear(room, botUser.userId, "x.txt");
    const file = await fileOf(room, sent.getId() ?? "");
    expect([file?.name, file?.bytes.toString(), file?.sender]).toEqual(["x.txt", text, botUser.userId]);
  });

  test("a ciphertext that was tampered with is refused, and nothing of it is kept", async () => {
    const before = kept();
    for (const change of [
      (sealed: Buffer) => Buffer.from(sealed.with(5, (sealed[5] ?? 0) ^ 1)),
      (sealed: Buffer) => sealed.subarray(0, -1),
      (sealed: Buffer) => Buffer.concat([sealed, Buffer.from([0])]),
      () => Buffer.from("another file altogether"),
    ]) {
      const { eventId } = await sendSealed(Buffer.from("a page that is not to be changed"), change);
      const { code, text } = await problemOf(fetchIn(room, eventId));
      expect(code).toBe("sent-file-unreadable");
      expect(text.happened).toContain("its SHA-256 is another one than its message says");
    }
    expect(kept()).toEqual(before);
  });

  test("one over the limit is refused without being kept, whatever its message says; one at it is not", async () => {
    const before = kept();
    const most = Buffer.alloc(10 * megabyte, 7);
    const over = Buffer.concat([most, Buffer.from([7])]);
    const { sealed, info } = seal(over);
    const large = await send(room, {
      file: { ...info, url: await upload(url, bo, sealed) },
      info: { size: 5 },
    });
    expect(await problemOf(fetchIn(room, large))).toMatchObject({
      code: "sent-file-too-large",
      text: { happened: "The file page.html is larger than 10 MB." },
    });
    const open = await send(clear, { url: await upload(url, bo, over), info: { size: 5 } });
    expect((await problemOf(fetchIn(clear, open))).code).toBe("sent-file-too-large");
    expect(kept()).toEqual(before);
    const { eventId } = await sendSealed(most);
    expect((await fileOf(room, eventId))?.bytes.equals(most)).toBe(true);
  });

  test("an event of another room, one that never was and one that was taken back are no files here", async () => {
    const { eventId } = await sendSealed(Buffer.from("for this room"));
    const unknown = [
      await problemOf(fileOf(clear, eventId)),
      await problemOf(fileOf(room, "$neverwas")),
      await problemOf(fileOf("!elsewhere:coop.test", eventId)),
    ];
    expect(unknown.map(({ code }) => code)).toEqual(unknown.map(() => "reply-target-unknown"));
    expect(unknown[0]?.text.happened).toContain("there is no such message in this room");
    await bo.redact(room, eventId);
    expect((await problemOf(fileOf(room, eventId))).text.happened).toContain("it was taken back");
  });

  test("media that the homeserver does not have, and an event whose key never came, are said", async () => {
    const { info } = seal(Buffer.from("x"));
    const gone = await send(room, { file: { ...info, url: "mxc://coop.test/AAAAAAAAAAAAAAAAAAAAAAAA" } });
    const { code, text } = await problemOf(fileOf(room, gone));
    expect(code).toBe("sent-file-not-given");
    expect(text.happened).toMatch(/does not give the file page\.html: 404 M_NOT_FOUND/);
    // A file from before the bot was in the room: it never gets the key of that time.
    const old = await bo.room([]);
    // Only then her client knows that the room is encrypted.
    await vi.waitUntil(() => bo.client.getCrypto()?.isEncryptionEnabledInRoom(old), patience);
    const { sealed, info: sealing } = seal(Buffer.from("old"));
    const early = await send(old, { file: { ...sealing, url: await upload(url, bo, sealed) } });
    await bo.client.invite(old, botUser.userId);
    await bo.joined(old, botUser.userId);
    expect((await problemOf(fileOf(old, early))).text.happened).toContain("its key has not come");
  });

  test("while the homeserver is away it is no problem yet: it is asked again later", async () => {
    const { eventId } = await sendSealed(Buffer.from("later"));
    proxy.instead = (_method, asked) =>
      asked.includes("/media/download/") ? { status: 502, body: {} } : undefined;
    await expect(fileOf(room, eventId)).rejects.toThrow(
      "the homeserver did not give the file page.html: 502",
    );
    proxy.instead = () => undefined;
    expect((await fileOf(room, eventId))?.bytes.toString()).toBe("later");
  });

  test("a device that its owner never signed is told apart", async () => {
    const unsigned = await startMember(url, await synapse.user("ola"), { crossSigned: false });
    const its = await unsigned.room([botUser.userId]);
    const { sealed, info } = seal(Buffer.from("who is it"));
    const file = { ...info, url: await upload(url, bo, sealed) };
    const eventId = await unsigned.say(its, "x", { msgtype: "m.file", file });
    await vi.waitUntil(async () => {
      const read = await fileOf(its, eventId).catch(() => undefined);
      return read?.trust === "unverified" && read.bytes.toString() === "who is it";
    }, patience);
    unsigned.stop();
  });
});
