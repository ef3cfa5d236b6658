// Questions to people, and their voices. A question is a row here, never the content of a chat event that anybody
// could forge; a voice counts only if its giver may answer at that moment and still may when the question is
// settled. Reactions, commands and web forms all end here, so that no face can count on its own. The run that
// waits is told by a signal in the same transaction; messages are handed to the outbox in it, too.
export { openApprovals } from "./open-approvals.ts";
export type { ApprovalsParts, Settlement } from "./parts.ts";
export { forgetReactions } from "./forget.ts";
export { maySeeApproval, maySeeRun } from "./may-see.ts";
export { plainSymbol } from "./symbol.ts";
export { moment } from "./words.ts";
export type { Approvals, ApprovalView, SpokenVoice, VoiceRow } from "./types.ts";
