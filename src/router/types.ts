import type { Message } from "../chat/message.ts";
import type { Trust } from "../chat/transport.ts";
import type { Member } from "../people/types.ts";

/** Help, made from the commands themselves; shows only what the member may do. */
export interface Help {
  overview(member: Member): Message;
  /** One command, or a topic of the manual; throws a Problem with the nearest match. */
  about(words: string, member: Member): Message;
}

/** Single-use sign-in links and bearer tokens: made here, stored as hashes, spent by the web. */
export interface Tokens {
  /**
   * A link that signs in once, within 5 minutes. `trust`: how sure it is who asked for it; on the pages it counts as
   * that, too.
   */
  signInLink(member: string, trust: Trust): string;
  /** A bearer token for the JSON API; shown once. */
  createApiToken(member: string, label: string): string;
  listApiTokens(member: string): { label: string; createdAt: number; usedAt: number | null }[];
  revokeApiToken(member: string, label: string): void;
}
