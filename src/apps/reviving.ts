/** An app brought up from what a backup says of it: planned before it has a row, with the images that ran then. */
import { eq } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { moveStackThere } from "../core/problems/move.ts";
import { appExists } from "../core/problems/apps.ts";
import { planChanged } from "../core/problems/swarm.ts";
import type { AppDomain } from "../core/terms.ts";
import { schema } from "../db/index.ts";
import { generateSecret } from "../recipes/index.ts";
import type { Swarm } from "../swarm/types.ts";
import { planFor, type DeployingParts } from "./deploying.ts";
import { exposeSettings } from "./exposing.ts";
import { openRendering, targetWords, type ToRender } from "./rendering.ts";
import { stackNameOf } from "./stack-name.ts";
import type { AppRevival, Revival } from "./types.ts";

/** Who is written down when nobody asked. */
const nobody = "schedule";
const revived = "app.revived";
const unrevived = "app.revival-undone";

interface RevivingParts extends DeployingParts {
  audit: Audit;
}

export function openReviving(parts: RevivingParts): AppRevival {
  return { stackNameOf, ...openPlans(parts), ...openRevivedRows(parts) };
}

function openPlans(parts: RevivingParts): Pick<AppRevival, "planRevival" | "readyRevival"> {
  const { recipes, servers, warnOfDomains } = parts;
  return {
    async planRevival(revival, key) {
      const { domain, server, env, stack, images, secrets } = revival;
      const swarm = servers.swarmOf(server);
      const warnings = await warnOfDomains(server, domain, env);
      const host = servers.get(server).ssh?.host;
      const plan = await openRendering(recipes)(toRender(revival, key), (made) => {
        const input = { ...made.input, images, willExist: secrets };
        return planFor(
          swarm,
          revival,
          { ...made, input },
          { to: revival.version, chaos: null, host, warnings },
        );
      });
      if (Object.values(plan.before.services).some((one) => one !== null)) {
        throw moveStackThere({ app: domain, server, stack });
      }
      return { ...plan, newSecrets: plan.newSecrets.filter((name) => !secrets.includes(name)) };
    },
    async readyRevival(revival, plan, key) {
      const swarm = servers.swarmOf(revival.server);
      const secrets = await openRendering(recipes)(toRender(revival, key), async (made) => {
        if (made.inputHash !== plan.inputHash) {
          throw planChanged({ stack: plan.stack, what: "its recipe was changed since" });
        }
        if (plan.specs.secrets.length > 0) await holdContents(swarm, revival, made.input);
        return made.secrets;
      });
      const missing = secrets.filter(({ name }) => plan.newSecrets.includes(name));
      const made = missing.map((one) => ({ name: one.name, value: () => generateSecret(one) }));
      await swarm.createSecrets(plan.stack, made);
    },
  };
}

/** Its row, as this run has written it. */
function openRevivedRows({
  db,
  audit,
  rows,
}: RevivingParts): Pick<AppRevival, "formerRow" | "revive" | "unrevive"> {
  const { app: table } = schema;
  const rowOf = (domain: AppDomain) => db.orm.select().from(table).where(eq(table.domain, domain)).get();
  /** Whether the row is what this run has made of it. */
  const isBy = (domain: AppDomain, run: string): boolean => {
    const said = audit.list({ subject: domain }).find(({ what }) => what === revived || what === unrevived);
    return said?.what === revived && (said.details as { run?: string }).run === run;
  };
  return {
    formerRow(domain) {
      const row = rowOf(domain);
      if (row === undefined) return null;
      const { server, env, version, stack } = row;
      return { server, env, version, stack };
    },
    revive: ({ domain, recipe, server, env, version, stack }, { id, askedBy }, from) =>
      db.tx(() => {
        if (isBy(domain, id)) return;
        const known = rowOf(domain);
        const who = askedBy ?? nobody;
        if (known !== undefined && domain !== from.app)
          throw appExists({ app: domain, recipe: known.recipe });
        if (known === undefined) rows.create(who, { domain, recipe, server, env, version, stack });
        else db.orm.update(table).set({ server, env, version, stack }).where(eq(table.domain, domain)).run();
        const details = { run: id, backup: from.backup, of: from.app, server };
        audit.append({ who, what: revived, subject: domain, details });
      }),
    unrevive: (domain, { id, askedBy }, former) =>
      db.tx(() => {
        if (!isBy(domain, id)) return;
        if (former === null) db.orm.delete(table).where(eq(table.domain, domain)).run();
        else db.orm.update(table).set(former).where(eq(table.domain, domain)).run();
        audit.append({ who: askedBy ?? nobody, what: unrevived, subject: domain, details: { run: id } });
      }),
  };
}

function toRender(revival: Revival, key: string): ToRender {
  return { app: revival, envText: revival.env, target: { to: revival.version, chaos: null }, key };
}

/** Contents of secrets that lie in the recipe's files are in no plan: only planning reads them. */
async function holdContents(
  swarm: Swarm,
  revival: Revival,
  input: Parameters<typeof exposeSettings>[2],
): Promise<void> {
  const words = targetWords({ to: revival.version, chaos: null });
  const exposed = await exposeSettings(swarm, revival, input, words);
  const willExist = revival.secrets;
  await swarm.plan({ ...exposed, images: revival.images, willExist }, { patient: true });
}
