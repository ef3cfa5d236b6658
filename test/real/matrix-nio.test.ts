/**
 * A member with another implementation of the encryption (matrix-nio with libolm, from Debian): matrix-js-sdk and
 * the bot share their cryptography, so only this one is independent.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startBot, type TestBot } from "./matrix-bot.ts";
import { debianTree, pythonOf, testPassword, useSynapse, type TestUser } from "./synapse/index.ts";

const synapse = await useSynapse();
const nio = await useNio();

/** The unpacked Python, or undefined after saying why it is left out. */
async function useNio(): Promise<ReturnType<typeof pythonOf> | undefined> {
  try {
    const tree = {
      name: "nio",
      suite: "bookworm",
      packages: [
        "python3-matrix-nio",
        "python3-olm",
        "python3-cachetools",
        "python3-peewee",
        "python3-atomicwrites",
      ],
    };
    const python = pythonOf(await debianTree(tree));
    console.log("matrix-nio: from Debian's packages, with libolm");
    return python;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    if (process.env["TANDEM_REAL"] === "require")
      throw new Error(`matrix-nio is required: ${reason}`, { cause: thrown });
    console.log(`matrix-nio: left out, ${reason}`);
    return undefined;
  }
}

const member = `
import asyncio, io, json, sys, tempfile
from nio import AsyncClient, AsyncClientConfig, MegolmEvent, RoomMessageNotice, RoomMessageText
url, user, password, bot = sys.argv[1:5]

async def main():
    config = AsyncClientConfig(store_sync_tokens=False, encryption_enabled=True)
    client = AsyncClient(url, user, store_path=tempfile.mkdtemp(), config=config)
    await client.login(password)
    heard = asyncio.Queue()
    async def on_event(room, event):
        await heard.put(event)
    client.add_event_callback(on_event, (RoomMessageNotice, RoomMessageText, MegolmEvent))
    async def step(**more):
        await client.sync(**more)
        if client.should_upload_keys: await client.keys_upload()
        if client.should_query_keys: await client.keys_query()
        if client.should_claim_keys: await client.keys_claim(client.get_users_for_key_claiming())
        await client.send_to_device_messages()
    await step(timeout=0, full_state=True)
    encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    room_id = (await client.room_create(invite=[bot], initial_state=[encryption])).room_id
    for _ in range(60):
        await step(timeout=500)
        room = client.rooms.get(room_id)
        if room and bot in room.users and not room.users[bot].invited: break
    for text in ["first", "second"]:
        content = {"msgtype": "m.text", "body": "!echo " + text}
        await client.room_send(room_id, "m.room.message", content, ignore_unverified_devices=True)
        answered = False
        for _ in range(60):
            await step(timeout=500)
            while not heard.empty():
                event = heard.get_nowait()
                if event.sender != bot: continue
                body = getattr(event, "body", None)
                print(json.dumps({"type": type(event).__name__, "body": body, "decrypted": getattr(event, "decrypted", False)}), flush=True)
                answered = answered or body == text
            if answered: break
    data = bytes(range(256)) * 1000
    uploaded, keys = await client.upload(lambda *tries: io.BytesIO(data), filename="all.bin", encrypt=True, filesize=len(data))
    async def send(content):
        return (await client.room_send(room_id, "m.room.message", content, ignore_unverified_devices=True)).event_id
    file = await send({"msgtype": "m.file", "body": "all.bin", "file": {**keys, "url": uploaded.content_uri}})
    reply = {"m.in_reply_to": {"event_id": file}}
    await send({"msgtype": "m.text", "body": "that one", "m.relates_to": reply})
    await client.close()

asyncio.run(main())
`;

describe.skipIf(synapse === undefined || nio === undefined)(
  "Matrix, with an independent implementation of the encryption",
  () => {
    if (synapse === undefined || nio === undefined) return;
    let bot: TestBot;
    let botUser: TestUser;

    beforeAll(async () => {
      botUser = await synapse.user("tandem");
      // This client cannot sign its device.
      bot = await startBot(synapse.url, botUser, { settings: { keysFor: "all-devices" } });
    });
    afterAll(async () => {
      await bot.stop();
      await synapse.stop();
    });

    test("commands are read, answers can be read, and a file that it encrypted comes out as it was", async () => {
      const user = await synapse.user("nia");
      const child = spawn(
        nio.command,
        [...nio.args, "-c", member, synapse.url, user.userId, testPassword, botUser.userId],
        {
          stdio: ["ignore", "pipe", "pipe"],
          env: nio.env,
        },
      );
      const lines: unknown[] = [];
      createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line)));
      let complaints = "";
      child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
      const code = await new Promise((ended) => child.once("close", ended));
      expect({ code, complaints: code === 0 ? "" : complaints }).toEqual({ code: 0, complaints: "" });
      expect(lines).toEqual([
        { type: "RoomMessageNotice", body: "first", decrypted: true },
        { type: "RoomMessageNotice", body: "second", decrypted: true },
      ]);
      const reply = await vi.waitUntil(() => bot.heard[2], { timeout: 60_000, interval: 50 });
      expect(bot.heard).toMatchObject([
        { text: "!echo first", trust: "unverified" },
        { text: "!echo second", trust: "unverified" },
        { text: "that one", repliesTo: expect.stringMatching(/^\$/) as string },
      ]);
      const { repliesTo = "" } = reply as { repliesTo?: string };
      const file = await bot.matrix.fileOf(reply.room, repliesTo, { mostBytes: 1_000_000 });
      expect(file).toMatchObject({ name: "all.bin", sender: user.userId, trust: "unverified" });
      const bytes = Buffer.from(Array.from({ length: 256_000 }, (_, n) => n % 256));
      expect(file?.bytes.equals(bytes)).toBe(true);
    });
  },
);
