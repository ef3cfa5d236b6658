/** Tokens of members: put in on a page for one person, kept sealed, forgotten when their owner says so. */
import { and, eq, isNull } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { sha256 } from "../core/canonical.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { newToken } from "../core/ids.ts";
import { Problem } from "../core/problem.ts";
import {
  collectiveFormSpent,
  collectiveOff,
  collectiveTokenMissing,
  collectiveTokenRefused,
  collectiveTokenUnfit,
} from "../core/problems/collective.ts";
import { Secret } from "../core/secret.ts";
import { schema, type Db } from "../db/index.ts";
import type { People } from "../people/index.ts";
import { WhoAmI } from "./answers.ts";
import { Refusal, type Client } from "./client.ts";
import { whoAmI } from "./documents.ts";
import type { Seal } from "./seal.ts";
import type { Payees, TokenForms } from "./types.ts";

const { collectiveToken: tokens, collectiveForm: forms } = schema;
/** How long a link can be used. */
export const formMinutes = 15;

export interface TokensParts {
  db: Db;
  clock: Clock;
  audit: Audit;
  people: Pick<People, "byName">;
  client: Client;
  /** Undefined: no key, so no tokens. */
  seal: Seal | undefined;
  payees: Payees;
  publicUrl: string;
}

export interface Tokens extends TokenForms {
  /** The token, unless there is none, it was refused, or it was sealed with another key. */
  usable(member: string): Secret | undefined;
  /** Marks it as refused; answers when it had been put in, or undefined when there is none that was not marked. */
  refuse(member: string): string | undefined;
  list(): { member: string; refused: boolean }[];
}

export function openTokens(parts: TokensParts): Tokens {
  const { db, clock, audit, seal, publicUrl } = parts;
  const row = (member: string) => db.orm.select().from(tokens).where(eq(tokens.member, member)).get();
  return {
    ...openForms(parts),
    usable(member) {
      const kept = row(member);
      return kept?.refusedAt === null ? seal?.open(member, kept.sealed) : undefined;
    },
    tokenOf(member) {
      const kept = row(member);
      return kept && { addedAt: kept.addedAt, refusedAt: kept.refusedAt };
    },
    tokenLink: (member) =>
      db.tx(() => {
        if (seal === undefined) throw collectiveOff({ setting: "collective.keyFile" });
        const link = newToken();
        const expiresAt = clock.now() + formMinutes * 60_000;
        db.orm
          .insert(forms)
          .values({ hash: sha256(link), member, expiresAt })
          .run();
        audit.append({ who: member, what: "collective.token-form", subject: member });
        return new URL(`collective-token?token=${link}`, `${publicUrl.replace(/\/$/, "")}/`).href;
      }),
    forgetToken: (member) =>
      db.tx(() => {
        if (row(member) === undefined) throw collectiveTokenMissing({ member });
        db.orm.delete(tokens).where(eq(tokens.member, member)).run();
        audit.append({ who: member, what: "collective.token-forgotten", subject: member });
      }),
    refuse: (member) =>
      db.tx(() => {
        const kept = row(member);
        if (kept?.refusedAt !== null) return undefined;
        const refusedAt = isoOf(clock.now());
        db.orm.update(tokens).set({ refusedAt }).where(eq(tokens.member, member)).run();
        audit.append({ who: "tandem", what: "collective.token-refused", subject: member });
        return kept.addedAt;
      }),
    list: () =>
      db.orm
        .select()
        .from(tokens)
        .orderBy(tokens.member)
        .all()
        .map(({ member, refusedAt }) => ({ member, refused: refusedAt !== null })),
  };
}

function openForms(parts: TokensParts): Pick<TokenForms, "findForm" | "spendForm"> {
  const { db, clock, people } = parts;
  const findForm = (link: string): { member: string } | undefined => {
    const one = db.orm
      .select()
      .from(forms)
      .where(and(eq(forms.hash, sha256(link)), isNull(forms.spentAt)))
      .get();
    if (one === undefined || one.expiresAt <= clock.now()) return undefined;
    // Whoever has left has no use of an old link.
    return people.byName(one.member)?.roles.includes("member") === true ? { member: one.member } : undefined;
  };
  return {
    findForm,
    async spendForm(link, typed) {
      const form = findForm(link);
      if (form === undefined) throw collectiveFormSpent({ minutes: formMinutes });
      const value = typed.trim();
      if (!/^[\w-]{20,200}$/.test(value))
        throw collectiveTokenUnfit({ expected: "not one word of 20 to 200 letters, digits, - or _" });
      const slug = await slugOf(parts, form.member, new Secret(value));
      parts.db.tx(() => {
        if (findForm(link) === undefined) throw collectiveFormSpent({ minutes: formMinutes });
        keep(parts, form.member, value, slug);
        db.orm
          .update(forms)
          .set({ spentAt: clock.now() })
          .where(eq(forms.hash, sha256(link)))
          .run();
      });
      return { member: form.member, slug };
    },
  };
}

/** Whose it is there; null while nobody answers: then it is kept, and the first use will tell. */
async function slugOf({ client }: TokensParts, member: string, token: Secret): Promise<string | null> {
  try {
    const { me } = await client.ask({
      operation: "WhoAmI",
      document: whoAmI,
      variables: {},
      answer: WhoAmI,
      as: { token, whose: member },
    });
    if (me === null) throw collectiveTokenRefused({ whose: member });
    return me.slug;
  } catch (thrown) {
    if (thrown instanceof Refusal) throw collectiveTokenRefused({ whose: member }, thrown);
    if (thrown instanceof Problem && thrown.code !== collectiveTokenRefused.code) return null;
    throw thrown;
  }
}

/** Who has not said how to be paid is paid to the account whose token it is. */
function keep(
  { db, clock, audit, seal, payees }: TokensParts,
  member: string,
  value: string,
  slug: string | null,
) {
  if (seal === undefined) throw collectiveOff({ setting: "collective.keyFile" });
  const set = { sealed: seal.close(member, value), addedAt: isoOf(clock.now()), refusedAt: null };
  db.orm
    .insert(tokens)
    .values({ member, ...set })
    .onConflictDoUpdate({ target: tokens.member, set })
    .run();
  audit.append({ who: member, what: "collective.token-kept", subject: member });
  const known = payees.payee(member);
  if (slug !== null && (known === undefined || (known.how === "opencollective" && known.slug === null)))
    payees.setPayee(member, { slug });
}
