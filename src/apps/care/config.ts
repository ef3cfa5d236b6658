/** An app's settings beside the sample of its recipe and beside what was deployed. */
import { and, desc, eq } from "drizzle-orm";
import type { Audit } from "../../audit/index.ts";
import { settingNotThere } from "../../core/problems/care.ts";
import { Problem } from "../../core/problem.ts";
import type { AppDomain } from "../../core/terms.ts";
import { schema, type Db } from "../../db/index.ts";
import { envValues, looksSecret, parseEnv, unsetEnv } from "../../recipes/index.ts";
import { renderApp } from "../render.ts";
import type { App } from "../types.ts";
import { reading, type Ground, type Reading } from "./reading.ts";
import type { AppConfig, ConfigCheck, ConfigDiff, SettingChange } from "./types.ts";

/** Settings that abra and Tandem know of themselves, whether a sample has them or not. */
const wellKnown = new Set(
  `TYPE RECIPE DOMAIN EXTRA_DOMAINS LETS_ENCRYPT_ENV COMPOSE_FILE TIMEOUT ENABLE_BACKUPS ENABLE_AUTO_UPDATE
   POST_DEPLOY_CMDS POST_UPGRADE_CMDS`.split(/\s+/),
);

export function openConfig(parts: Ground & { db: Db; audit: Audit }): AppConfig {
  const { db, audit, rows } = parts;
  return {
    envOf: (domain) => rows.envOf(domain),
    unset(who, domain, key) {
      db.tx(() => {
        const before = rows.envOf(domain);
        const env = unsetEnv(before, key);
        if (env === before) throw settingNotThere({ app: domain, key });
        db.orm.update(schema.app).set({ env }).where(eq(schema.app.domain, domain)).run();
        audit.append({ who, what: "app.unset", subject: domain, details: { key } });
      });
    },
    configDiff: (domain) =>
      reading(parts, domain, ({ envText, checkout, app }): ConfigDiff => {
        const now = envValues(envText);
        const sample = envValues(filledSample(app, checkout.envSample));
        return {
          sinceDeploy: sinceDeploy(parts, domain, now),
          againstSample: { version: checkout.version, changes: changesOf(sample, now) },
        };
      }),
    configCheck: (domain) => reading(parts, domain, check),
  };
}

async function check({ app, swarm, envText, checkout }: Reading): Promise<ConfigCheck> {
  const sample = envValues(filledSample(app, checkout.envSample));
  const now = envValues(envText);
  const offered = offeredIn(checkout.envSample);
  const faults: string[] = [];
  const secrets: ConfigCheck["secrets"] = [];
  try {
    const wanted = renderApp(app, envText, checkout).secrets;
    const existing = await swarm.secretNames();
    secrets.push(
      ...wanted.filter(({ name }) => !existing.has(name)).map(({ name, generate }) => ({ name, generate })),
    );
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    faults.push(thrown.text.happened);
  }
  return {
    version: checkout.version,
    missing: Object.keys(sample).filter((key) => !Object.hasOwn(now, key)),
    unknown: Object.keys(now).filter((key) => !offered.has(key) && !wellKnown.has(key)),
    empty: Object.keys(now).filter((key) => now[key] === "" && (sample[key] ?? "") !== ""),
    secrets,
    faults,
  };
}

/** The sample speaks of `<recipe>.example.com` wherever the app's domain belongs. */
function filledSample({ recipe, domain }: App, sample: string): string {
  return sample.replaceAll(`${recipe}.example.com`, domain);
}

/** Keys that the sample sets, and those that it offers in lines that are commented out. */
function offeredIn(sample: string): Set<string> {
  const open = sample.replace(/^[ \t]*#[ \t]*(?=[A-Za-z_]\w*=)/gm, "");
  return new Set([...parseEnv(sample), ...parseEnv(open)].map(({ key }) => key));
}

function sinceDeploy(
  { db, audit }: { db: Db; audit: Audit },
  domain: AppDomain,
  now: Record<string, string>,
): ConfigDiff["sinceDeploy"] {
  const { deploy } = schema;
  const last = db.orm
    .select({ specs: deploy.specs, startedAt: deploy.startedAt })
    .from(deploy)
    .where(and(eq(deploy.app, domain), eq(deploy.outcome, "converged")))
    .orderBy(desc(deploy.id))
    .get();
  const { settings } = JSON.parse(last?.specs ?? "{}") as { settings?: string };
  if (last === undefined || settings === undefined) return null;
  const deployed = envValues(settings);
  // A rotation is no deploy, and yet what it set is what runs.
  for (const { what, at, details } of audit.list({ subject: domain }).toReversed()) {
    if (what !== "app.secret-rotated" || at < last.startedAt) continue;
    const { setting, to } = details as { setting: string; to: string };
    deployed[setting] = to;
  }
  return { at: last.startedAt, changes: changesOf(deployed, now) };
}

function changesOf(was: Record<string, string>, is: Record<string, string>): SettingChange[] {
  const shown = (key: string, value: string | undefined): string | null | undefined =>
    value !== undefined && value !== "" && looksSecret(key) ? null : value;
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((key) => was[key] !== is[key])
    .map((key) => ({ key, was: shown(key, was[key]), is: shown(key, is[key]) }));
}
