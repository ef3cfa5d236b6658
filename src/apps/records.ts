/** The deploy history: every deploy as it was sent, and how it went. */
import { and, desc, eq } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import type { Json } from "../core/canonical.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import type { AppDomain, RecipeVersion } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import { looksSecret } from "../recipes/index.ts";
import type { StackSpecs } from "../swarm/types.ts";
import type { Apps, DeployPlan, DeployRecord } from "./types.ts";

/** Who is written down when nobody asked: a run that a schedule began. */
const nobody = "schedule";

export function openRecords({
  db,
  clock,
  audit,
}: {
  db: Db;
  clock: Clock;
  audit: Audit;
}): Pick<Apps, "beginRecord" | "endRecord" | "recordUndeploy" | "history"> {
  const { app, deploy } = schema;
  const recordOf = (domain: AppDomain, run: string) =>
    db.orm
      .select()
      .from(deploy)
      .where(and(eq(deploy.run, run), eq(deploy.app, domain)))
      .get();
  return {
    beginRecord: (plan, run, askedBy) =>
      db.tx(() => {
        const known = recordOf(plan.domain, run);
        if (known !== undefined) return known.id;
        const values = { ...begun(db, plan), run, askedBy, startedAt: isoOf(clock.now()) };
        return db.orm.insert(deploy).values(values).returning({ id: deploy.id }).get().id;
      }),
    endRecord(domain, run, { outcome, reason }) {
      db.tx(() => {
        const record = recordOf(domain, run);
        if (record?.outcome !== "running") return;
        const finishedAt = isoOf(clock.now());
        db.orm.update(deploy).set({ outcome, reason, finishedAt }).where(eq(deploy.id, record.id)).run();
        const { version, chaos } = record;
        // A commit is no version to stay at: a later plain deploy goes back to the last release.
        if (outcome === "converged" && record.chaos === null) {
          db.orm.update(app).set({ version }).where(eq(app.domain, domain)).run();
        }
        const details = {
          run,
          version,
          ...(chaos !== null && { chaos }),
          outcome,
          ...(reason !== null && { reason }),
        };
        audit.append({ who: record.askedBy ?? nobody, what: "app.deployed", subject: domain, details });
      });
    },
    recordUndeploy(domain, run, who, volumes) {
      const details = { run, ...(volumes.length > 0 && { volumes }) };
      audit.append({ who: who ?? nobody, what: "app.undeployed", subject: domain, details });
    },
    history: (domain) =>
      db.orm
        .select()
        .from(deploy)
        .where(eq(deploy.app, domain))
        .orderBy(desc(deploy.id))
        .all()
        .map(readRecord),
  };
}

function begun(db: Db, plan: DeployPlan) {
  return {
    app: plan.domain,
    version: plan.to,
    chaos: plan.chaos?.commit ?? null,
    specs: JSON.stringify({ ...plan.specs, settings: settingsOf(db, plan.domain) }),
    before: JSON.stringify(plan.before),
    outcome: "running" as const,
  };
}

/** Kept beside the specs, so that settings can be compared with what was deployed. */
function settingsOf(db: Db, domain: AppDomain): string | undefined {
  const { app } = schema;
  return db.orm.select({ env: app.env }).from(app).where(eq(app.domain, domain)).get()?.env;
}

function readRecord({ before: _before, ...row }: typeof schema.deploy.$inferSelect): DeployRecord {
  const specs = JSON.parse(row.specs) as Record<string, Json>;
  delete specs["settings"];
  return {
    ...row,
    app: row.app as AppDomain,
    version: row.version as RecipeVersion | null,
    specs: hideSecrets(specs) as unknown as StackSpecs,
  };
}

/**
 * Lines of an environment whose names speak of passwords or keys lose their values: the history is read by
 * all members.
 */
function hideSecrets(value: Json, key = ""): Json {
  if (Array.isArray(value)) {
    return value.map((one) => (key === "Env" && typeof one === "string" ? hideValue(one) : hideSecrets(one)));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hideSecrets(inner, name)]));
}

function hideValue(line: string): string {
  const [name = "", ...value] = line.split("=");
  return value.length > 0 && looksSecret(name) && value.join("=") !== "" ? `${name}=•••` : line;
}
