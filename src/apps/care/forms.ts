/** One-time pages on which one person puts in the value of one secret. Stored as hashes; the value nowhere. */
import { and, eq, isNull } from "drizzle-orm";
import type { Audit } from "../../audit/index.ts";
import { sha256 } from "../../core/canonical.ts";
import type { Clock } from "../../core/clock.ts";
import { newToken } from "../../core/ids.ts";
import {
  secretAlreadyThere,
  secretFormSpent,
  secretSettingUnknown,
  secretValueUnfit,
} from "../../core/problems/care.ts";
import { AppDomain } from "../../core/terms.ts";
import { schema, type Db } from "../../db/index.ts";
import type { People } from "../../people/index.ts";
import { envValues, parseEnv } from "../../recipes/index.ts";
import type { Apps } from "../types.ts";
import { nextVersion } from "./secrets.ts";

/** How long a link can be used, in minutes. */
export const secretFormMinutes = 15;
/** The most that a Swarm takes as a secret. */
export const mostSecretBytes = 500 * 1000;

export interface SecretForm {
  app: AppDomain;
  /** The recipe's name for it. */
  secret: string;
  version: string;
  /** Its next version: once the value is in, the rotation begins. */
  rotates: boolean;
  /** Short name of the one person. */
  member: string;
}

export interface SecretForms {
  /**
   * A link for one person and one secret, for 15 minutes. `rotates`: for the version after the one that is set.
   * Joins the open transaction. Throws `secret-setting-unknown`.
   */
  link(member: string, app: AppDomain, secret: string, rotates: boolean): string;
  /** Whether the settings say that somebody puts this one in by hand (`generate=false`). */
  isByHand(app: AppDomain, secret: string): boolean;
  /** What a link is for, if it still counts and its owner may still use it. Spends nothing. */
  find(token: string): SecretForm | undefined;
  /**
   * Puts the value into a secret of the swarm (less the line end of a single line) and uses the link up; when
   * that fails, the link can be used again.
   * Throws `secret-form-spent`, `secret-value-unfit`, `secret-already-there`, or what the swarm says.
   */
  spend(token: string, value: string): Promise<SecretForm>;
}

export interface SecretFormsParts {
  db: Db;
  clock: Clock;
  audit: Audit;
  people: Pick<People, "byName">;
  apps: Pick<Apps, "envOf" | "putSecret">;
  publicUrl: string;
}

export function openSecretForms(parts: SecretFormsParts): SecretForms {
  const { db, clock, audit, apps, publicUrl } = parts;
  const { secretForm } = schema;
  return {
    link: (member, app, secret, rotates) =>
      db.tx(() => {
        const { version } = settingOf(apps.envOf(app), app, secret);
        const token = newToken();
        db.orm
          .insert(secretForm)
          .values({
            hash: sha256(token),
            app,
            secret: `${secret} ${rotates ? nextVersion(version) : version}`,
            member,
            expiresAt: clock.now() + secretFormMinutes * 60_000,
          })
          .run();
        audit.append({ who: member, what: "app.secret-form", subject: app, details: { secret, rotates } });
        return new URL(`secret?token=${token}`, `${publicUrl.replace(/\/$/, "")}/`).href;
      }),
    isByHand: (app, secret) => /\bgenerate=false\b/.test(settingOf(apps.envOf(app), app, secret).comment),
    find: (token) => read(parts, token),
    async spend(token, typed) {
      // A file of one line ends with a line end that is no part of a password.
      const value = typed.replace(/^([^\n]*)\n$/, "$1");
      const form = db.tx(() => begin(parts, token, value));
      try {
        const made = await apps.putSecret(form.app, form.secret, form.version, value);
        if (!made.fresh) throw secretAlreadyThere({ app: form.app, secret: form.secret, name: made.name });
      } catch (thrown) {
        db.tx(() => {
          db.orm
            .update(secretForm)
            .set({ spentAt: null })
            .where(eq(secretForm.hash, sha256(token)))
            .run();
          const details = { secret: form.secret, version: form.version };
          audit.append({ who: form.member, what: "app.secret-not-inserted", subject: form.app, details });
        });
        throw thrown;
      }
      return form;
    },
  };
}

function read({ db, clock, people, apps }: SecretFormsParts, token: string): SecretForm | undefined {
  const { secretForm } = schema;
  const row = db.orm
    .select()
    .from(secretForm)
    .where(and(eq(secretForm.hash, sha256(token)), isNull(secretForm.spentAt)))
    .get();
  if (row === undefined || row.expiresAt <= clock.now()) return undefined;
  if (people.byName(row.member)?.roles.includes("maintainer") !== true) return undefined;
  const [secret = "", version = ""] = row.secret.split(" ");
  const app = AppDomain.parse(row.app);
  const now = settingOf(apps.envOf(app), app, secret).version;
  if (version !== now && version !== nextVersion(now)) return undefined;
  return { app, secret, version, rotates: version !== now, member: row.member };
}

/** Marks the link as used before the value leaves: two that send it at once put in one value. */
function begin(parts: SecretFormsParts, token: string, value: string): SecretForm {
  const form = read(parts, token);
  if (form === undefined) throw secretFormSpent({ minutes: secretFormMinutes });
  const bytes = Buffer.byteLength(value);
  if (bytes === 0 || bytes > mostSecretBytes) throw secretValueUnfit({ bytes, most: mostSecretBytes });
  const { db, clock, audit } = parts;
  const { secretForm } = schema;
  db.orm
    .update(secretForm)
    .set({ spentAt: clock.now() })
    .where(eq(secretForm.hash, sha256(token)))
    .run();
  const { app, secret, version, member } = form;
  audit.append({ who: member, what: "app.secret-inserted", subject: app, details: { secret, version } });
  return form;
}

/** By abra's convention: `db_password` is set by `SECRET_DB_PASSWORD_VERSION`. */
function settingOf(env: string, app: AppDomain, secret: string): { version: string; comment: string } {
  const setting = `SECRET_${secret.toUpperCase().replaceAll("-", "_")}_VERSION`;
  const version = envValues(env)[setting] ?? "";
  const entries = parseEnv(env);
  if (version === "") {
    const known = entries.flatMap(({ key }) => /^SECRET_(\w+)_VERSION$/.exec(key)?.[1]?.toLowerCase() ?? []);
    throw secretSettingUnknown({ app, secret, known: [...new Set(known)] });
  }
  return { version, comment: entries.findLast(({ key }) => key === setting)?.comment ?? "" };
}
