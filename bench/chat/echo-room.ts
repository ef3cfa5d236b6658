import { setTimeout as sleep } from "node:timers/promises";
import { MatrixEventEvent, RoomEvent, type MatrixEvent } from "matrix-js-sdk";
import { startMember, type Member } from "../../test/real/matrix-member.ts";
import { call, type TestUser } from "../../test/real/synapse/index.ts";
import type { Talk } from "./talks.ts";

/** A room with a bot in it, and a way to say something and time the answer. */
export interface EchoRoom {
  /** From the command's request to the answer in the asker's own sync, ms. */
  ask(text: string): Promise<number>;
  /** Says the command now; `answered` resolves with the moment at which its answer is there. */
  say(text: string): Promise<{ answered: Promise<number> }>;
  stop(): void;
}

/** The asker as plain requests: nothing of a client's own work is in the time. */
export async function clearRoom(url: string, bot: TestUser, talk: Talk): Promise<EchoRoom> {
  const request = <T>(method: string, path: string, body?: object): Promise<T> =>
    call<T>(url, method, path, { token: talk.asker.accessToken, ...(body && { body }) });
  const { room_id: room } = await request<{ room_id: string }>("POST", "/_matrix/client/v3/createRoom", {
    invite: [bot.userId],
    preset: "private_chat",
  });
  const answers = openAnswers();
  let joined = (): void => undefined;
  let stopped = false;
  const isJoined = new Promise<void>((resolve) => (joined = resolve));
  const listen = async (): Promise<void> => {
    let since = "";
    while (!stopped) {
      const answer: Sync = await request("GET", `/_matrix/client/v3/sync?timeout=10000${since}`);
      since = `&since=${answer.next_batch}`;
      for (const event of answer.rooms?.join?.[room]?.timeline.events ?? []) {
        if (event.state_key === bot.userId && event.content["membership"] === "join") joined();
        if (event.sender === bot.userId) answers.came(talk.ofAnswer(event.content));
      }
    }
  };
  const listening = listen();
  listening.catch(() => undefined);
  await isJoined;
  let transaction = 0;
  const say: EchoRoom["say"] = async (text) => {
    const body = { msgtype: "m.text", body: talk.line(text) };
    const { event_id: eventId } = await request<{ event_id: string }>(
      "PUT",
      `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${++transaction}`,
      body,
    );
    return { answered: answers.to(talk.ofCommand(text, eventId)) };
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
  content: Record<string, unknown>;
}

/** The asker as a real client, in an encrypted room or, to compare with, in a clear one. */
export async function clientRoom(
  url: string,
  bot: TestUser,
  talk: Talk,
  encrypted: boolean,
): Promise<EchoRoom> {
  const member: Member = await startMember(url, talk.asker);
  const room = await member.room([bot.userId], { encrypted });
  const answers = openAnswers();
  const take = (event: MatrixEvent): void => {
    if (
      event.getRoomId() !== room ||
      event.getSender() !== bot.userId ||
      event.getType() !== "m.room.message"
    )
      return;
    // What a message relates to stands outside of what is encrypted.
    answers.came(talk.ofAnswer({ ...event.getContent(), ...event.getWireContent() }));
    answers.came(talk.ofAnswer(event.getContent()));
  };
  member.client.on(RoomEvent.Timeline, take);
  member.client.on(MatrixEventEvent.Decrypted, take);
  const say: EchoRoom["say"] = async (text) => {
    const eventId = await member.say(room, talk.line(text));
    return { answered: answers.to(talk.ofCommand(text, eventId)) };
  };
  return { say, ask: (text) => timed(say, text), stop: () => member.stop() };
}

/** When the first answer of each name came; answers may come before their command's request has ended. */
function openAnswers(): { came: (name: string | undefined) => void; to: (name: string) => Promise<number> } {
  const at = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  return {
    came(name) {
      if (name === undefined || at.has(name)) return;
      at.set(name, performance.now());
      waiting.get(name)?.(performance.now());
    },
    to: (name) => {
      const before = at.get(name);
      return before === undefined
        ? new Promise((resolve) => waiting.set(name, resolve))
        : Promise.resolve(before);
    },
  };
}

async function timed(say: EchoRoom["say"], text: string): Promise<number> {
  const began = performance.now();
  const { answered } = await say(text);
  const took = (await answered) - began;
  await sleep(20);
  return took;
}
