/** People with clients of their own in a room with the bot, and what they see of it there. */
import type { MatrixEvent } from "matrix-js-sdk";
import { expect, vi } from "vitest";
import { startMember, type Member } from "../matrix-member.ts";
import { call, type TestSynapse } from "../synapse/index.ts";

/** Longer than anything takes on a busy machine. */
export const patience = { timeout: 60_000, interval: 50 };

export type Gathering<Name extends string> = Record<Name, Member>;

/** One client each. */
export async function gather<Name extends string>(
  synapse: TestSynapse,
  names: readonly Name[],
): Promise<Gathering<Name>> {
  const members = names.map(
    async (name) => [name, await startMember(synapse.url, await synapse.user(name))] as const,
  );
  return Object.fromEntries(await Promise.all(members)) as Gathering<Name>;
}

/** An encrypted room of `host`, into which the bot and the guests have come. */
export async function openRoom(
  host: Member,
  bot: string,
  guests: Member[],
  options: Parameters<Member["room"]>[1] = {},
): Promise<string> {
  const room = await host.room([bot], options);
  await join(room, host, guests);
  return room;
}

export async function join(room: string, host: Member, guests: Member[]): Promise<void> {
  for (const guest of guests) {
    await host.client.invite(room, guest.userId);
    await guest.client.joinRoom(room);
  }
  // Everybody knows everybody, so that each shares keys with all.
  const all = [host, ...guests];
  await Promise.all(all.flatMap((one) => all.map((other) => one.joined(room, other.userId))));
}

/** The plain text of a message as it was first sent. */
export function textOf(event: MatrixEvent): string {
  return String(event.getOriginalContent()["body"]);
}

/** Whether it is an edit of another message. */
export function isEdit(event: MatrixEvent): boolean {
  return relationOf(event)["rel_type"] === "m.replace";
}

export function relationOf(event: MatrixEvent): Record<string, unknown> {
  const wire = event.getWireContent()["m.relates_to"] as Record<string, unknown> | undefined;
  return wire ?? (event.getOriginalContent()["m.relates_to"] as Record<string, unknown> | undefined) ?? {};
}

/** To which message this one replies. */
export function replyTarget(event: MatrixEvent): string | undefined {
  return (relationOf(event)["m.in_reply_to"] as { event_id?: string } | undefined)?.event_id;
}

/** The bot's messages in the room that reply to this event; edits are not among them. */
export function repliesTo(member: Member, room: string, bot: string, eventId: string): MatrixEvent[] {
  return member.messages(room, bot).filter((event) => !isEdit(event) && replyTarget(event) === eventId);
}

/** Whom a message rings. */
export function rings(event: MatrixEvent): string[] {
  const mentions = event.getOriginalContent()["m.mentions"] as { user_ids?: string[] } | undefined;
  return mentions?.user_ids ?? [];
}

/** One person's way of talking to the bot in one room. */
export interface Talk {
  /** Says a command (without prefix) and answers its event id. */
  say(words: string): Promise<string>;
  /** Says a command and waits for the one reply that matches. */
  ask(words: string, answer?: RegExp): Promise<MatrixEvent>;
  /** Waits for a reply to this event that matches. */
  reply(eventId: string, answer?: RegExp, afterwards?: number): Promise<MatrixEvent>;
}

export function talk(member: Member, room: string, bot: string): Talk {
  const reply: Talk["reply"] = async (eventId, answer = /./) => {
    const heard = (): MatrixEvent[] => repliesTo(member, room, bot, eventId);
    try {
      return await vi.waitUntil(() => heard().find((event) => answer.test(textOf(event))), patience);
    } catch {
      const said = member.messages(room, bot).slice(-5).map(textOf);
      throw new Error(
        `no reply ${String(answer)}; replies ${JSON.stringify(heard().map(textOf))}, last said ${JSON.stringify(said)}`,
      );
    }
  };
  const say: Talk["say"] = (words) => member.say(room, `!tandem ${words}`);
  return { say, reply, ask: async (words, answer) => reply(await say(words), answer) };
}

interface WireEvent {
  type: string;
  sender: string;
  event_id: string;
  content: Record<string, unknown>;
}

/** Every event of the bot as the homeserver holds it: nothing that it said may lie there in the clear. */
export async function saidInTheClear(
  url: string,
  member: Member,
  room: string,
  bot: string,
): Promise<{ encrypted: number; clear: WireEvent[] }> {
  const token = member.client.getAccessToken() ?? "";
  const mine: WireEvent[] = [];
  let from = "";
  for (;;) {
    const page = await call<{ chunk: WireEvent[]; end?: string }>(
      url,
      "GET",
      `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=500${from}`,
      { token },
    );
    mine.push(...page.chunk.filter((event) => event.sender === bot));
    if (page.end === undefined || page.chunk.length === 0) break;
    from = `&from=${encodeURIComponent(page.end)}`;
  }
  // Reactions and redactions are never encrypted (MSC2677); memberships are the room's own state.
  const clearByNature = new Set(["m.reaction", "m.room.redaction", "m.room.member"]);
  return {
    encrypted: mine.filter((event) => event.type === "m.room.encrypted").length,
    clear: mine.filter((event) => event.type !== "m.room.encrypted" && !clearByNature.has(event.type)),
  };
}

/** That nobody in the room saw anything that could not be read. */
export function expectAllReadable(members: Member[], room: string): void {
  for (const member of members) expect(member.unreadable(room), member.userId).toEqual([]);
}
