import type { Audit } from "../audit/index.ts";
import type { Clock } from "../core/clock.ts";
import type { Money } from "../core/money.ts";
import { Problem } from "../core/problem.ts";
import {
  collectiveBusy,
  collectiveOff,
  collectivePage,
  collectiveRefused,
  collectiveTokenRefused,
  collectiveUnreachable,
} from "../core/problems/collective.ts";
import type { Secret } from "../core/secret.ts";
import type { Db } from "../db/index.ts";
import type { People } from "../people/index.ts";
import { Refusal, type Client } from "./client.ts";
import type { Marks } from "./marks.ts";
import type { Rows } from "./rows.ts";
import type { Tokens } from "./tokens.ts";
import type { ForBooks, Payees, Post, Trouble } from "./types.ts";

/** What asking and following are built on. */
export interface Ground {
  db: Db;
  clock: Clock;
  audit: Audit;
  people: Pick<People, "byName" | "withRole">;
  client: Client;
  rows: Rows;
  payees: Payees;
  tokens: Tokens;
  /** The co-op's name there. */
  slug: string | undefined;
  coop: CoopToken;
  post: Post;
  /** The treasurers' own room; without one each is told alone, because these are other people's earnings. */
  room: string | undefined;
  /** Wakes the open runs that work on this payable; answers how many. */
  wake: (payable: string) => number;
  /** Told in the transaction in which a payable was paid or refused. */
  onSettled: (payable: string, state: "paid" | "rejected") => void;
  marks: Marks;
  books: ForBooks | undefined;
  /** Told in the transaction in which the books are told what the account holds. */
  onBalance: (balance: Money) => void;
}

/** The co-op's own token, until it is refused in this life of the process. */
export interface CoopToken {
  value: Secret | undefined;
  refused: boolean;
}

export const coopName = "the co-op";

export type As = { token: Secret; whose: string };

/** The co-op as whoever asks, if it has a token that is good for something. */
export function asCoop({ coop }: Pick<Ground, "coop">): As | undefined {
  return coop.value === undefined || coop.refused ? undefined : { token: coop.value, whose: coopName };
}

export function asMember({ tokens }: Pick<Ground, "tokens">, member: string): As | undefined {
  const token = tokens.usable(member);
  return token && { token, whose: member };
}

export function slugOfCoop({ slug }: Pick<Ground, "slug">): string {
  if (slug === undefined) throw collectiveOff({ setting: "collective.slug" });
  return slug;
}

/** What went wrong as something that the story can wait out; what nobody foresaw is thrown on. */
export function troubleOf(operation: string, thrown: unknown, as: As | null): Trouble {
  if (thrown instanceof Refusal) return trouble(collectiveRefused({ operation, says: thrown.says }));
  if (!(thrown instanceof Problem)) throw thrown;
  const refused = thrown.code === collectiveTokenRefused.code && as !== null;
  return { ...trouble(thrown), ...(refused && { token: as.whose }) };
}

export function trouble(problem: Problem): Trouble {
  return { kind: "trouble", problem: problem.toJSON() };
}

/** What passes by itself is told only when it has lasted. */
export const passing: string[] = [collectiveUnreachable.code, collectivePage.code, collectiveBusy.code];
