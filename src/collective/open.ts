import type { Audit } from "../audit/index.ts";
import type { Clock } from "../core/clock.ts";
import type { Money } from "../core/money.ts";
import type { Secret } from "../core/secret.ts";
import type { Db } from "../db/index.ts";
import type { People } from "../people/index.ts";
import { openAsking } from "./asking.ts";
import { openClient } from "./client.ts";
import { checkUp } from "./check-up.ts";
import { openFollowing } from "./following.ts";
import { openFetching } from "./for-books.ts";
import type { Ground } from "./ground.ts";
import { openMarks } from "./marks.ts";
import { openPayees, openRows } from "./rows.ts";
import { openSeal } from "./seal.ts";
import { openTokens } from "./tokens.ts";
import type { Collective, ForBooks, Post } from "./types.ts";

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
  /** Where its transactions go; without it nothing is fetched for books. */
  books?: ForBooks;
  /** Told what the account holds, whenever that is known for certain. */
  onBalance?: (balance: Money) => void;
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
    ...{ marks: openMarks(parts.db), books: parts.books },
    onSettled: parts.onSettled ?? ((): void => undefined),
    onBalance: parts.onBalance ?? ((): void => undefined),
  };
  const { findForm, spendForm, tokenLink, tokenOf, forgetToken } = tokens;
  return {
    ...openAsking(ground),
    ...openFollowing(ground),
    ...openFetching(ground),
    ...payees,
    ...{ findForm, spendForm, tokenLink, tokenOf, forgetToken },
    checkUp: () => checkUp(ground, settings.apiUrl),
  };
}
