import type { Message } from "../chat/message.ts";
import type { NoVoice } from "./entitled.ts";
import { howToAnswer, type Scene } from "./question.ts";
import { idsOf, moment } from "./words.ts";

/** Why a reaction does not count. */
export type NotCounted = NoVoice | "grave" | "late" | "withdrawn" | "on the reminder";

/** Says why a reaction does not count, and what would. It goes out as a notice and rings nobody. */
export function notCountedMessage(scene: Scene, sender: string, why: NotCounted): Message {
  return {
    blocks: [{ kind: "text", text: `${sender}: ${reason(scene, why)}` }],
  };
}

const nothing = "your reaction does not count.";

function reason(scene: Scene, why: NotCounted): string {
  const { row, mayAnswer } = scene;
  const others = `May answer: ${idsOf(mayAnswer)}.`;
  switch (why) {
    case "unknown":
      return `${nothing} No member is known by this account; an operator can link it to one. ${others}`;
    case "asker":
      return `${nothing} You asked for this yourself, so it takes somebody else. ${others}`;
    case "beneficiary":
      return `${nothing} You would gain by this, so it takes somebody else. ${others}`;
    case "role":
      return `${nothing} This takes a ${row.from}, a role that you do not hold. ${others}`;
    case "not named":
      return `${nothing} It is not among those that this question is for. ${others}`;
    case "grave":
      return `${howToAnswer(scene).join(". ")}.`;
    case "late":
      return `${nothing} This question was open until ${moment(row.expiresAt)}. Whoever asked says the command again.`;
    case "withdrawn":
      return `${nothing} This question was withdrawn: ${row.why ?? "it is not asked any more"}.`;
    case "on the reminder":
      return `${nothing} This is only the reminder; react to the question itself, to which it replies.`;
  }
}
