import { and, asc, eq, isNull } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { sha256 } from "../core/canonical.ts";
import type { Clock } from "../core/clock.ts";
import { newToken } from "../core/ids.ts";
import { tokenLabelTaken, tokenUnknown, tooManyTokens } from "../core/problems/router.ts";
import { schema, writeOrGoOn, type Db } from "../db/index.ts";
import type { People } from "../people/index.ts";
import type { Tokens } from "./types.ts";

/** How long a sign-in link can be used, in minutes. */
export const linkMinutes = 5;
/** How many bearer tokens one member may have. */
const mostTokens = 20;
/** When a token was last used is kept to the minute: a busy script must not write at every request. */
const usedAtGrainMs = 60_000;

/** What the web does with tokens. They are found by their hash, so that comparing takes the same time for all. */
export interface TokenSpending {
  /**
   * The member's name, and whether they were recognised beyond doubt when they asked for it; the link is used up by it.
   * Undefined when it counts for nothing (used, too old, never made).
   */
  spendSignInLink(token: string): { member: string; verified: boolean } | undefined;
  /** The name of the member whose token this is, if it is one that still counts. */
  memberOfApiToken(token: string): string | undefined;
}

interface House {
  db: Db;
  clock: Clock;
  audit: Audit;
  people: People;
  log: { warn(facts: object, text: string): void };
  /** Where the pages are, such as https://tandem.example.coop. */
  publicUrl: string;
}

/** Sign-in links (`<publicUrl>/sign-in?token=…`) and bearer tokens (`tdm_…`), stored as SHA-256 only. */
export function openTokens(house: House): Tokens & TokenSpending {
  const { db, clock, people } = house;
  people.onChange((name) => {
    if (people.byName(name) === undefined) forget(db, clock, name);
  });
  return { ...signInLinks(house), ...apiTokens(house) };
}

function signInLinks({
  db,
  clock,
  audit,
  publicUrl,
}: House): Pick<Tokens & TokenSpending, "signInLink" | "spendSignInLink"> {
  const { signInLink } = schema;
  return {
    signInLink: (member, trust) =>
      db.tx(() => {
        const token = newToken();
        const expiresAt = clock.now() + linkMinutes * 60_000;
        db.orm
          .insert(signInLink)
          .values({ hash: sha256(token), member, verified: trust === "verified", expiresAt })
          .run();
        audit.append({ who: member, what: "sign-in-link.made", subject: member, details: { trust } });
        return new URL(`sign-in?token=${token}`, `${publicUrl.replace(/\/$/, "")}/`).href;
      }),
    spendSignInLink: (token) =>
      db.tx(() => {
        const row = db.orm
          .select()
          .from(signInLink)
          .where(eq(signInLink.hash, sha256(token)))
          .get();
        if (row === undefined || row.spentAt !== null || row.expiresAt <= clock.now()) return undefined;
        db.orm.update(signInLink).set({ spentAt: clock.now() }).where(eq(signInLink.hash, row.hash)).run();
        audit.append({ who: row.member, what: "sign-in-link.spent", subject: row.member });
        return { member: row.member, verified: row.verified };
      }),
  };
}

type ApiTokens = Omit<Tokens & TokenSpending, "signInLink" | "spendSignInLink">;

function apiTokens({ db, clock, audit, log }: House): ApiTokens {
  const { apiToken } = schema;
  const note = writeOrGoOn(db, log, "when a token was last used");
  const living = (member: string): (typeof apiToken.$inferSelect)[] =>
    db.orm
      .select()
      .from(apiToken)
      .where(and(eq(apiToken.member, member), isNull(apiToken.revokedAt)))
      .orderBy(asc(apiToken.createdAt), asc(apiToken.label))
      .all();
  return {
    createApiToken: (member, label) =>
      db.tx(() => {
        const own = living(member);
        if (own.some((row) => row.label === label)) throw tokenLabelTaken({ label });
        if (own.length >= mostTokens) throw tooManyTokens({ most: mostTokens });
        const token = `tdm_${newToken()}`;
        const createdAt = clock.now();
        db.orm
          .insert(apiToken)
          .values({ hash: sha256(token), member, label, createdAt })
          .run();
        audit.append({ who: member, what: "token.created", subject: member, details: { label } });
        return token;
      }),
    listApiTokens: (member) =>
      living(member).map(({ label, createdAt, usedAt }) => ({ label, createdAt, usedAt })),
    revokeApiToken: (member, label) =>
      db.tx(() => {
        const row = living(member).find((one) => one.label === label);
        if (row === undefined) throw tokenUnknown({ label });
        db.orm.update(apiToken).set({ revokedAt: clock.now() }).where(eq(apiToken.hash, row.hash)).run();
        audit.append({ who: member, what: "token.revoked", subject: member, details: { label } });
      }),
    memberOfApiToken(token) {
      const row = db.orm
        .select()
        .from(apiToken)
        .where(eq(apiToken.hash, sha256(token)))
        .get();
      if (row === undefined || row.revokedAt !== null) return undefined;
      const now = clock.now();
      if (now - (row.usedAt ?? 0) >= usedAtGrainMs)
        note(() => db.orm.update(apiToken).set({ usedAt: now }).where(eq(apiToken.hash, row.hash)).run());
      return row.member;
    },
  };
}

/** Nobody signs in with what a removed member left behind. */
function forget(db: Db, clock: Clock, member: string): void {
  const { apiToken, signInLink } = schema;
  const now = clock.now();
  db.orm
    .update(apiToken)
    .set({ revokedAt: now })
    .where(and(eq(apiToken.member, member), isNull(apiToken.revokedAt)))
    .run();
  db.orm
    .update(signInLink)
    .set({ spentAt: now })
    .where(and(eq(signInLink.member, member), isNull(signInLink.spentAt)))
    .run();
}
