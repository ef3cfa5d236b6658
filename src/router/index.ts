// The one door. Chat, console, CLI, web forms and the JSON API all say their commands here and nowhere else:
// understood (parse), allowed (may), counted (limit), written down (audit) and run, in this order. Nobody is
// allowed anything by default. What a command changes is one transaction with its audit row and with the answer
// that its key will get when it is delivered again. Commands are files of `commands/`; no list of them exists.
export { openRouter, type Router, type RouterHouse, type DispatchOptions, type Starter } from "./dispatch.ts";
export type { Outcome } from "./answered.ts";
export { discover, type Discovered, type Folders } from "./discover.ts";
export { forgetAtDoor } from "./forget.ts";
export { onlyVerified, openHelp } from "./help.ts";
export { topicMessage, type Topic } from "./topics.ts";
export { openTokens, linkMinutes, type TokenSpending } from "./tokens.ts";
export { pillsIn } from "./pills.ts";
export { parse, type Heard, type Said } from "./parse.ts";
export { may, rolesFor, holdersOf } from "./may.ts";
export { usageOf, argsOf, choicesOf, type Arg } from "./shape.ts";
export { usualRates, type Rates } from "./limit.ts";
export type { Command, Reply, Speaker } from "./define.ts";
export type { Help, Tokens } from "./types.ts";
