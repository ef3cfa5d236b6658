/** Apps in the database: who they are and how they are set. */
import { eq, sql } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { nearest } from "../core/nearest.ts";
import { appExists, appUnknown, settingSaidAloud } from "../core/problems/apps.ts";
import type { AppDomain, RecipeName, RecipeVersion, ServerName } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import { envValues, looksSecret, setEnv } from "../recipes/index.ts";
import type { Servers } from "../servers/types.ts";
import { stackNameOf } from "./stack-name.ts";
import type { App, Apps } from "./types.ts";

type NewRow = typeof schema.app.$inferInsert;

export type Rows = Pick<Apps, "list" | "find" | "get" | "create" | "settings" | "set"> & {
  /** The app's settings as text. */
  envOf(domain: AppDomain): string;
  /** Another server for an app. Joins the open transaction. */
  place(domain: AppDomain, server: ServerName): void;
};

export interface RowsParts {
  db: Db;
  clock: Clock;
  audit: Audit;
  servers: Pick<Servers, "get">;
}

/** Asked all the time: building the words anew each time takes longer than their answer. */
function lookup({ orm }: Db) {
  const { app } = schema;
  const byDomain = orm
    .select()
    .from(app)
    .where(eq(app.domain, sql.placeholder("domain")))
    .prepare();
  return (domain: AppDomain) => byDomain.get({ domain });
}

export function openRows({ db, clock, audit, servers }: RowsParts): Rows {
  const { app } = schema;
  const rowOf = lookup(db);
  const existing = (domain: AppDomain) => {
    const row = rowOf(domain);
    if (row !== undefined) return row;
    const domains = db.orm.select({ domain: app.domain }).from(app).all();
    throw appUnknown({
      app: domain,
      nearest: nearest(
        domain,
        domains.map((one) => one.domain),
      ),
    });
  };
  return {
    list: () => db.orm.select().from(app).orderBy(app.domain).all().map(appOf),
    find: (domain) => {
      const row = rowOf(domain);
      return row === undefined ? undefined : appOf(row);
    },
    get: (domain) => appOf(existing(domain)),
    envOf: (domain) => existing(domain).env,
    settings: (domain) =>
      Object.entries(envValues(existing(domain).env)).map(([key, value]) => ({
        key,
        value: looksSecret(key) && value !== "" ? null : value,
      })),
    place: (domain, server) => void db.orm.update(app).set({ server }).where(eq(app.domain, domain)).run(),
    create: (who, { isAdopted = false, ...wanted }) =>
      db.tx(() => {
        const taken = rowOf(wanted.domain);
        if (taken !== undefined) throw appExists({ app: wanted.domain, recipe: taken.recipe });
        servers.get(wanted.server);
        const stack = wanted.stack ?? stackNameOf(wanted.domain);
        const row: NewRow = { ...wanted, stack, createdBy: who, createdAt: isoOf(clock.now()) };
        const made = db.orm.insert(app).values(row).returning().get();
        const { recipe, server, version } = wanted;
        audit.append({
          who,
          what: isAdopted ? "app.adopted" : "app.created",
          subject: wanted.domain,
          details: { recipe, version, server, ...(isAdopted && { stack }) },
        });
        return appOf(made);
      }),
    set(who, domain, key, value) {
      db.tx(() => {
        const { env } = existing(domain);
        if (looksSecret(key)) throw settingSaidAloud({ key });
        db.orm
          .update(app)
          .set({ env: setEnv(env, key, value) })
          .where(eq(app.domain, domain))
          .run();
        audit.append({ who, what: "app.set", subject: domain, details: { key, value } });
      });
    },
  };
}

function appOf({ env: _env, ...row }: typeof schema.app.$inferSelect): App {
  return {
    ...row,
    domain: row.domain as AppDomain,
    recipe: row.recipe as RecipeName,
    version: row.version as RecipeVersion | null,
    server: row.server as ServerName,
  };
}
