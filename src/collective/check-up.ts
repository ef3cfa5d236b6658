/** How Open Collective answers now: for whoever asks in a room, and for `doctor`. Changes nothing. */
import type { Clock } from "../core/clock.ts";
import { formatMoney } from "../core/money.ts";
import { collectiveTokenRefused, collectiveUnreadable } from "../core/problems/collective.ts";
import type { Secret } from "../core/secret.ts";
import { WhoAmI } from "./answers.ts";
import { openClient, Refusal } from "./client.ts";
import { whoAmI } from "./documents.ts";
import { asCoop, coopName, troubleOf, type Ground } from "./ground.ts";
import { readBalance, readOwnPage } from "./reading.ts";
import type { CheckUp } from "./types.ts";

export async function checkUp(ground: Ground, url: string): Promise<CheckUp> {
  const { slug, coop, rows, tokens, marks, client } = ground;
  const fetched = marks.mark("fetched");
  const known = {
    ...{ slug: slug ?? null, url },
    tokens: tokens.list(),
    open: rows.following().map(({ id, said }) => ({ payable: id, said: said ?? "asked for there" })),
    read: fetched === undefined ? null : new Date(fetched).toISOString(),
  };
  const ours = coop.value === undefined ? "none" : coop.refused ? "refused" : "works";
  if (slug === undefined) return { ...known, balance: null, problem: null, coopToken: ours };
  const as = asCoop(ground) ?? null;
  try {
    const { money } = await readBalance({ client, slug, as, signal: undefined });
    return { ...known, balance: money && formatMoney(money), problem: null, coopToken: ours };
  } catch (thrown) {
    const { problem } = troubleOf("Balance", thrown, as);
    const isToken = problem.code === collectiveTokenRefused.code;
    return { ...known, balance: null, problem, coopToken: isToken ? "refused" : ours };
  }
}

export interface LookParts {
  url: string;
  slug: string;
  /** The co-op's own. */
  token: Secret | undefined;
  clock: Clock;
  /** Tests hand in the contract server. */
  fetch?: typeof fetch;
}

/**
 * That it can be reached, that the account is there, and that the co-op's token may read its transactions; answers what
 * was seen, in words. Throws `collective-unreadable` and whatever else the client throws.
 */
export async function lookAtCollective({ url, slug, token, ...parts }: LookParts): Promise<string> {
  const client = openClient({ url, ...parts });
  const as = token === undefined ? null : { token, whose: coopName };
  const reading = { client, slug, as, signal: undefined };
  try {
    const { own, money } = await readBalance(reading);
    const holds = `${own} holds ${money === null ? "an amount that it does not tell" : formatMoney(money)}`;
    if (as === null) return `${holds}; without collective.tokenFile the books read nothing of it`;
    const who = await client.ask({
      ...{ operation: "WhoAmI", document: whoAmI, variables: {}, answer: WhoAmI, as },
    });
    if (who.me === null) throw collectiveTokenRefused({ whose: coopName });
    await readOwnPage(reading, parts.clock.now(), 0);
    return `${holds}; the token is of ${who.me.slug} and may read its transactions`;
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    throw collectiveUnreadable({ slug, says: thrown.says }, thrown);
  }
}
