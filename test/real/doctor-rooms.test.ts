/** What doctor says of the bot's rooms, asked of a real homeserver. */
import { afterAll, describe, expect, test } from "vitest";
import type { Config } from "../../src/config.ts";
import { Secret } from "../../src/core/secret.ts";
import { lineOf } from "../../src/doctor/finding.ts";
import { rooms } from "../../src/doctor/rooms.ts";
import { call, useSynapse } from "./synapse/index.ts";

const synapse = await useSynapse();

describe.skipIf(synapse === undefined)("the bot's rooms", () => {
  if (synapse === undefined) return;
  afterAll(() => synapse.stop());
  const { url } = synapse;

  test("where it is not, and where others can read along", async () => {
    const [bot, ana] = await Promise.all([synapse.user("tandem"), synapse.user("ana")]);
    const made = async (token: string, name: string, isEncrypted: boolean): Promise<string> => {
      const content = { algorithm: "m.megolm.v1.aes-sha2" };
      const encryption = { type: "m.room.encryption", state_key: "", content };
      const body = { name, preset: "private_chat", ...(isEncrypted && { initial_state: [encryption] }) };
      const endpoint = "/_matrix/client/v3/createRoom";
      return (await call<{ room_id: string }>(url, "POST", endpoint, { token, body })).room_id;
    };
    const coop = await made(bot.accessToken, "Co-op", true);
    const clear = await made(bot.accessToken, "Lobby", false);
    const other = await made(bot.accessToken, "Kitchen", false);
    const elsewhere = await made(ana.accessToken, "Operators", true);
    // A room that it has left is one where it is not.
    const left = await made(bot.accessToken, "Old", true);
    await call(url, "POST", `/_matrix/client/v3/rooms/${left}/leave`, { token: bot.accessToken, body: {} });
    const config = {
      matrix: { homeserver: url, defaultRoom: coop, operatorsRoom: elsewhere },
      secrets: { matrixAccessToken: new Secret(bot.accessToken) },
      ...{ backups: { room: coop }, upgrades: { room: clear }, collective: { room: left }, stripe: {} },
    } as unknown as Config;
    const told = async (isRunning: boolean) => (await rooms(config, { isRunning })).map(lineOf);
    const lines = await told(true);
    const can = "not encrypted: everybody who runs a homeserver of its members can read what is said there";
    expect(lines.map((line) => line.split(/\. To encrypt it|\n/)[0])).toEqual([
      `✓ room matrix.defaultRoom, backups.room: the bot is in ${coop} (“Co-op”), which is encrypted`,
      `✕ room matrix.operatorsRoom: The bot is not in the room ${elsewhere}, which matrix.operatorsRoom names.`,
      `○ room upgrades.room: the bot is in ${clear} (“Lobby”), which is ${can}`,
      `✕ room collective.room: The bot is not in the room ${left}, which collective.room names.`,
      `○ other rooms: the bot is in one more; of these ${other} (“Kitchen”) is ${can}`,
    ]);
    // Before it runs it goes nowhere, so there is nothing to be mended yet.
    expect((await told(false))[1]).toBe(
      `○ room matrix.operatorsRoom: the bot is not in ${elsewhere} yet: invite it there as soon as Tandem runs`,
    );
  });
});
