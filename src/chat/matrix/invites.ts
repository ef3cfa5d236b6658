import type { Clock } from "../../core/clock.ts";
import { path, type Api } from "./api.ts";
import { failureOf } from "./failure.ts";
import type { ChatLog } from "./log.ts";
import { isRecord } from "./raw-event.ts";
import type { ChatState } from "./state.ts";

export interface Invites {
  /** Remembers an invite, in the transaction of the sync token: it is told only once. */
  note(room: string, strippedState: object[]): void;
  /** A room was closed in favour of this one by `sender`: if they may invite the bot, that is an invite. */
  follow(room: string, sender: string): void;
  /** Answers every invite that waits: comes in, or leaves with the reason. What cannot be done now is kept. */
  answer(): Promise<void>;
}

interface Parts {
  self: string;
  api: Api;
  state: ChatState;
  clock: Clock;
  log: ChatLog;
  mayInvite: (matrixId: string) => boolean;
}

const key = "matrix/invites";
const retryMs = 30_000;
const longestRetryMs = 3_600_000;

/** Comes into rooms only for people who may ask the bot in; to others it says why not. */
export function openInvites(parts: Parts): Invites {
  const { self, state, clock, log } = parts;
  const waiting = (): Record<string, string> => (state.get(key) as Record<string, string> | undefined) ?? {};
  const settle = (room: string): void => {
    const rest = Object.entries(waiting()).filter(([other]) => other !== room);
    state.set(key, Object.fromEntries(rest));
  };
  let answering: Promise<void> | undefined;
  /** Of the next try; while it is set, only an invite that is new is answered before. */
  let again: (() => void) | undefined;
  let isNew = true;
  let failures = 0;

  const later = (ms: number | undefined): void => {
    failures++;
    again?.();
    again = clock.after(ms ?? Math.min(retryMs * 2 ** (failures - 1), longestRetryMs), () => {
      again = undefined;
      void answer();
    });
  };
  const answerAll = async (): Promise<void> => {
    isNew = false;
    for (const [room, inviter] of Object.entries(waiting())) {
      try {
        await answerOne(parts, room, inviter);
        settle(room);
        failures = 0;
      } catch (thrown) {
        const failure = failureOf(thrown);
        log.warn({ room, inviter, reason: failure.words }, "an invite could not be answered");
        // Taken back meanwhile, or a room that nobody can come into: asking again would change nothing.
        if (failure.kind === "refused") settle(room);
        else later(failure.retryAfterMs);
      }
    }
  };
  const answer = (): Promise<void> => {
    if (again !== undefined && !isNew) return Promise.resolve();
    return (answering ??= answerAll().finally(() => (answering = undefined)));
  };

  const wait = (room: string, sender: string): void => {
    state.set(key, { ...waiting(), [room]: sender });
    isNew = true;
  };
  return {
    follow(room, sender) {
      if (parts.mayInvite(sender)) wait(room, sender);
    },
    note(room, strippedState) {
      const invite = strippedState.find(
        (event) => isRecord(event) && event["type"] === "m.room.member" && event["state_key"] === self,
      );
      const sender = isRecord(invite) ? invite["sender"] : undefined;
      if (typeof sender === "string") wait(room, sender);
    },
    answer,
  };
}

async function answerOne({ api, log, mayInvite }: Parts, room: string, inviter: string): Promise<void> {
  if (mayInvite(inviter)) {
    // Whose homeserver knows the room: in a replacement nobody has invited the bot, and its own may not be.
    const via = inviter.slice(inviter.indexOf(":") + 1);
    const query = { server_name: via, via };
    await api.call("POST", path`/_matrix/client/v3/join/${room}`, { body: {}, query });
    log.info({ room, inviter }, "came into a room");
    return;
  }
  const reason = `Only members of this co-op can invite me, and ${inviter} is not known as one. A member can add you.`;
  await api.call("POST", path`/_matrix/client/v3/rooms/${room}/leave`, { body: { reason } });
  log.info({ room, inviter }, "left a room into which a stranger invited");
}
