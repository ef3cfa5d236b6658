import type { TestUser } from "../../test/real/synapse/index.ts";

/** How one contender is spoken to, and how its answer is known. */
export interface Talk {
  /** Who asks. */
  asker: TestUser;
  /** The command that is said for this text. */
  line(text: string): string;
  /** What an answer is known by: the same of a command that was said and of its answer. */
  ofCommand(text: string, eventId: string): string;
  ofAnswer(content: Record<string, unknown>): string | undefined;
}

/** The barest bot says the words back. */
export function echoTalk(asker: TestUser): Talk {
  return {
    asker,
    line: (text) => `!echo ${text}`,
    ofCommand: (text) => text,
    ofAnswer: ({ body }) => (typeof body === "string" ? body : undefined),
  };
}

/** Tandem is asked what it always answers the same, and replies to the very command. */
export function whoAmITalk(asker: TestUser): Talk {
  return {
    asker,
    line: () => "!tandem whoami",
    ofCommand: (_text, eventId) => eventId,
    ofAnswer: ({ "m.relates_to": relation }) =>
      (relation as { "m.in_reply_to"?: { event_id?: string } } | undefined)?.["m.in_reply_to"]?.event_id,
  };
}
