import { setTimeout as sleep } from "node:timers/promises";
import { startMember, type Member } from "../../test/real/matrix-member.ts";
import { call, type TestSynapse, type TestUser } from "../../test/real/synapse/index.ts";

/** A room with a bot in it, and a way to say something and time the answer. */
export interface EchoRoom {
  /** From the command's request to the answer in the asker's own sync, ms. */
  ask(text: string): Promise<number>;
  /** Says the command now; `answered` resolves when its answer is there. */
  say(text: string): Promise<{ answered: Promise<number> }>;
  stop(): void;
}

/** The asker as plain requests: nothing of a client's own work is in the time. */
export async function clearRoom(synapse: TestSynapse, bot: TestUser): Promise<EchoRoom> {
  const asker = await synapse.user("asker");
  const request = <T>(method: string, path: string, body?: object): Promise<T> =>
    call<T>(synapse.url, method, path, { token: asker.accessToken, ...(body && { body }) });
  const { room_id: room } = await request<{ room_id: string }>("POST", "/_matrix/client/v3/createRoom", {
    invite: [bot.userId],
    preset: "private_chat",
  });
  const waiting = new Map<string, (at: number) => void>();
  let joined = (): void => undefined;
  let stopped = false;
  const isJoined = new Promise<void>((resolve) => (joined = resolve));
  const listen = async (): Promise<void> => {
    let since = "";
    while (!stopped) {
      const answer: Sync = await request("GET", `/_matrix/client/v3/sync?timeout=10000${since}`);
      since = `&since=${answer.next_batch}`;
      for (const event of answer.rooms?.join?.[room]?.timeline.events ?? []) {
        if (event.state_key === bot.userId && event.content.membership === "join") joined();
        if (event.sender === bot.userId) waiting.get(event.content.body ?? "")?.(performance.now());
      }
    }
  };
  const listening = listen();
  listening.catch(() => undefined);
  await isJoined;
  let transaction = 0;
  const say: EchoRoom["say"] = async (text) => {
    const heard = new Promise<number>((resolve) => waiting.set(text, resolve));
    const body = { msgtype: "m.text", body: `!echo ${text}` };
    await request(
      "PUT",
      `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${++transaction}`,
      body,
    );
    return { answered: heard };
  };
  return { say, ask: (text) => timed(say, text), stop: () => (stopped = true) };
}

interface Sync {
  next_batch: string;
  rooms?: { join?: Record<string, { timeline: { events: SyncEvent[] } }> };
}
interface SyncEvent {
  sender: string;
  state_key?: string;
  content: { membership?: string; body?: string };
}

/** The asker as a real client, in an encrypted room or, to compare with, in a clear one. */
export async function clientRoom(synapse: TestSynapse, bot: TestUser, encrypted: boolean): Promise<EchoRoom> {
  const member: Member = await startMember(synapse.url, await synapse.user("asker"));
  const room = await member.room([bot.userId], { encrypted });
  const say: EchoRoom["say"] = async (text) => {
    const answered = member.hear(room, bot.userId, text, 60_000).then(() => performance.now());
    await member.say(room, `!echo ${text}`);
    return { answered };
  };
  return { say, ask: (text) => timed(say, text), stop: () => member.stop() };
}

async function timed(say: EchoRoom["say"], text: string): Promise<number> {
  const began = performance.now();
  const { answered } = await say(text);
  const took = (await answered) - began;
  await sleep(20);
  return took;
}
