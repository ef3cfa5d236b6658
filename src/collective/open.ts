import type { Audit } from "../audit/index.ts";
import type { Clock } from "../core/clock.ts";
import { formatMoney } from "../core/money.ts";
import { collectiveTokenRefused } from "../core/problems/collective.ts";
import type { Secret } from "../core/secret.ts";
import type { Db } from "../db/index.ts";
import type { People } from "../people/index.ts";
import { Balance } from "./answers.ts";
import { openAsking } from "./asking.ts";
import { openClient } from "./client.ts";
import { balanceOf } from "./documents.ts";
import { openFollowing } from "./following.ts";
import { asCoop, troubleOf, type Ground } from "./ground.ts";
import { openPayees, openRows } from "./rows.ts";
import { openSeal } from "./seal.ts";
import { openTokens } from "./tokens.ts";
import type { CheckUp, Collective, Post } from "./types.ts";
import { moneyOf } from "../core/hundredths.ts";

export interface CollectiveParts {
  db: Db;
  clock: Clock;
  audit: Audit;
  people: Pick<People, "byName" | "withRole">;
  settings: { slug?: string | undefined; apiUrl: string };
  publicUrl: string;
  /** The co-op's own token. */
  token: Secret | undefined;
  /** 32 bytes; without them no member's token is kept. */
  key: Buffer | undefined;
  room: string | undefined;
  post: Post;
  wake: Ground["wake"];
  onSettled?: Ground["onSettled"];
  /** Tests hand in the contract server. */
  fetch?: typeof fetch;
}

/** Opens the room; nothing is asked of Open Collective yet. */
export function openCollective(parts: CollectiveParts): Collective {
  const { settings, clock, token, key, publicUrl } = parts;
  const client = openClient({ url: settings.apiUrl, clock, ...(parts.fetch && { fetch: parts.fetch }) });
  const payees = openPayees(parts);
  const seal = key === undefined ? undefined : openSeal(key);
  const tokens = openTokens({ ...parts, client, seal, payees, publicUrl });
  const ground: Ground = {
    ...parts,
    ...{ client, payees, tokens },
    rows: openRows(parts),
    slug: settings.slug,
    coop: { value: token, refused: false },
    onSettled: parts.onSettled ?? ((): void => undefined),
  };
  const { findForm, spendForm, tokenLink, tokenOf, forgetToken } = tokens;
  return {
    ...openAsking(ground),
    ...openFollowing(ground),
    ...payees,
    ...{ findForm, spendForm, tokenLink, tokenOf, forgetToken },
    checkUp: () => checkUp(ground, settings.apiUrl),
  };
}

async function checkUp(ground: Ground, url: string): Promise<CheckUp> {
  const { slug, coop, rows, tokens } = ground;
  const known = {
    ...{ slug: slug ?? null, url },
    tokens: tokens.list(),
    open: rows.following().map(({ id, said }) => ({ payable: id, said: said ?? "asked for there" })),
  };
  const ours = coop.value === undefined ? "none" : coop.refused ? "refused" : "works";
  if (slug === undefined) return { ...known, balance: null, problem: null, coopToken: ours };
  const as = asCoop(ground) ?? null;
  const operation = "Balance";
  try {
    const { account } = await ground.client.ask({
      operation,
      document: balanceOf,
      variables: { slug },
      answer: Balance,
      as,
    });
    const balance = account?.stats?.balance;
    const money = balance && moneyOf(balance.valueInCents, balance.currency);
    return { ...known, balance: money ? formatMoney(money) : null, problem: null, coopToken: ours };
  } catch (thrown) {
    const { problem } = troubleOf(operation, thrown, as);
    const isToken = problem.code === collectiveTokenRefused.code;
    return { ...known, balance: null, problem, coopToken: isToken ? "refused" : ours };
  }
}
