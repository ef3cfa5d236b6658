/** Restores that are tried out, beside the app and without touching it; and what was found, written down. */
import { desc, eq } from "drizzle-orm";
import { sha256 } from "../core/canonical.ts";
import { isoOf } from "../core/clock.ts";
import { restoreWouldBeEmpty } from "../core/problems/restoring.ts";
import type { AppDomain } from "../core/terms.ts";
import { schema } from "../db/index.ts";
import { drillSpecs, nameInDrill } from "./drill-specs.ts";
import { withManifest } from "./read-manifest.ts";
import type { Ground } from "./open.ts";
import { unreadIn } from "./planning.ts";
import { isAnswerable } from "./proving.ts";
import { chosen } from "./restoring.ts";
import { dropVolumes, planAnew, volumesIn } from "./reviving.ts";
import type { Drill, DrillMeaning, Drilling, RevivePlan } from "./restoring-types.ts";
import { serverBack } from "./server-back.ts";
import type { Backup } from "./types.ts";
import { lookWhatIsDeployed } from "./undeployed.ts";

const nobody = "schedule";
/** No month is shorter, so every app has its day in each. */
const shortestMonth = 28;
/** More of them in one night would keep the servers busy until noon. */
const mostPerNight = 5;

export function openDrilling(ground: Ground): Drilling {
  const { db, clock, audit, servers } = ground;
  const { backupDrill: table } = schema;
  const drills = (app?: AppDomain): Drill[] =>
    db.orm
      .select()
      .from(table)
      .where(app === undefined ? undefined : eq(table.app, app))
      .orderBy(desc(table.startedAt), desc(table.id))
      .all()
      .map((row) => ({ ...row, app: row.app as AppDomain, proof: JSON.parse(row.proof) as string[] }));
  return {
    drills,
    drillWords({ app, backup }) {
      const meant = drills(app).filter((one) => (backup ?? one.backup) === one.backup);
      const ended = meant.filter(({ outcome }) => outcome !== "running");
      const last = ended.find(hasShown);
      const words = last === undefined ? [untriedWords(ground, app)] : wordsOf(last);
      return ended[0] === undefined || hasShown(ended[0]) ? words : [...words, openWords(ended[0])];
    },
    planDrill: (app, backup, run) => planDrill(ground, app, backup, run),
    async clearDrill(plan, run, signal) {
      const swarm = servers.swarmOf(plan.data.server);
      await serverBack(swarm, plan.data.stack, signal);
      await swarm.dropHelpers(run, [null]);
      await swarm.remove(plan.data.stack, { secrets: true, atOnce: true });
      await dropVolumes(ground, plan);
    },
    beginDrill: (run, app, backup) =>
      db.tx(() => {
        if (drills().some(({ id }) => id === run)) return;
        const startedAt = isoOf(clock.now());
        db.orm
          .insert(table)
          .values({ id: run, app, backup, outcome: "running", startedAt, proof: "[]" })
          .run();
      }),
    endDrill: (run, { outcome, reason, proof }, askedBy) =>
      db.tx(() => {
        const known = drills().find(({ id }) => id === run);
        if (known?.outcome !== "running") return null;
        const { app, backup } = known;
        const endedAt = isoOf(clock.now());
        db.orm
          .update(table)
          .set({ outcome, reason, endedAt, proof: JSON.stringify(proof) })
          .where(eq(table.id, run))
          .run();
        const meaning = outcome === "passed" ? meaningFor(ground, backup, run) : null;
        const details = { run, backup, outcome, ...(reason !== null && { reason }) };
        audit.append({ who: askedBy ?? nobody, what: "app.restore-tried", subject: app, details });
        return meaning;
      }),
    drillsDue: () => due(ground, drills()),
  };
}

/**
 * A doubtful backup counts as proven when a drill can answer what it is doubted for. The doubt stays written down:
 * whoever restores it should know. What no drill can answer stays as it is.
 */
function meaningFor({ records }: Ground, id: string, run: string): DrillMeaning | null {
  const backup = records.find(id);
  if (backup?.state !== "doubtful") return null;
  const { doubts, reason } = backup;
  if (!isAnswerable(doubts)) return { state: "doubtful", reason };
  const passed = `A restore of it was tried out all the same and went well (run ${run}).`;
  const why = reason === null ? passed : `${reason} ${passed}`;
  records.mark(id, "proven", why);
  return { state: "proven", reason: why };
}

/** Throws `restore-would-be-empty` where an app would come up healthy without its data, which a drill does not see. */
export function assertWhole(
  { backup, deploy }: { backup: Backup; deploy: Pick<RevivePlan["deploy"], "specs"> },
  stack: string,
): void {
  const { specs } = deploy;
  const running = Object.entries(specs.services).filter(
    ([, one]) => (one as { Mode?: { Replicated?: { Replicas?: number } } }).Mode?.Replicated?.Replicas !== 0,
  );
  const mounted = volumesIn({ specs: { ...specs, services: Object.fromEntries(running) } });
  const gone = (backup.doubts ?? [])
    .flatMap(({ volumes = [] }) => volumes)
    .filter((short) => mounted.includes(`${stack}_${short}`) || mounted.includes(short));
  const reasons = [
    ...unreadIn(backup),
    ...(gone.length > 0 ? [`The backup has nothing of ${gone.join(", ")}, which the app still has.`] : []),
  ];
  if (reasons.length > 0)
    throw restoreWouldBeEmpty({ app: backup.app, backup: backup.id, reason: reasons.join(" ") });
}

async function planDrill(
  ground: Ground,
  app: AppDomain,
  wanted: string | undefined,
  run: string,
): Promise<RevivePlan> {
  const backup = chosen(ground, app, wanted);
  const server = ground.apps.find(app)?.server ?? backup.server;
  const swarm = ground.servers.swarmOf(server);
  await swarm.dropHelpers(run, [null]);
  const manifest = await withManifest(ground, backup, { server, run }, (read) => Promise.resolve(read));
  const stack = `drill_${run}`;
  const place = { domain: manifest.app, stack, server, env: manifest.env };
  const plan = await planAnew(ground, { backup, manifest, place }, run);
  assertWhole({ backup, deploy: plan.deploy }, stack);
  const node = (await swarm.nodes()).find(({ isAsked }) => isAsked)?.id ?? "";
  const inDrill = (name: string): string => nameInDrill(stack, name);
  return {
    ...plan,
    deploy: {
      ...plan.deploy,
      specs: drillSpecs(plan.deploy.specs, { stack, from: manifest.stack, node }),
    },
    data: {
      ...plan.data,
      volumes: plan.data.volumes.map((one) => ({ ...one, into: inDrill(one.into) })),
      // They are new there, and so as empty as they should be.
      dumps: plan.data.dumps.map((one) => ({ ...one, replaces: [] })),
    },
    secrets: plan.secrets.map((one) => ({ ...one, into: inDrill(one.into) })),
    made: plan.made.map(inDrill),
  };
}

/**
 * Apps whose day of the month has come and which were not drilled since: those first that have waited longest. A day
 * that was missed is made up for. One that is not deployed has its turn once, as nothing new of it is backed up.
 */
function due(ground: Ground, drills: readonly Drill[]) {
  const { apps, records, settings, policyOf, clock } = ground;
  if (!settings.drills) return [];
  const deployed = lookWhatIsDeployed(ground);
  return apps
    .list()
    .flatMap(({ domain: app }) => {
      if (policyOf(app).mode === "off") return [];
      const backup = records.newestProven(app)?.id;
      const since = lastTurn(app, clock.now());
      const shown = drills.filter((one) => one.app === app && hasShown(one));
      const isDone =
        shown.some(({ startedAt }) => startedAt >= since) ||
        (deployed(app) !== "now" && shown.some((one) => one.backup === backup && one.outcome === "passed"));
      return backup === undefined || isDone ? [] : [{ app, backup, since }];
    })
    .sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0))
    .slice(0, mostPerNight)
    .map(({ app, backup }) => ({ app, backup }));
}

/** The last day that was the app's own day of the month, as it begins in UTC. */
export function lastTurn(app: AppDomain, nowMs: number): string {
  const day = (Number.parseInt(sha256(app).slice(0, 8), 16) % shortestMonth) + 1;
  const now = new Date(nowMs);
  const month = now.getUTCMonth() - (now.getUTCDate() < day ? 1 : 0);
  return new Date(Date.UTC(now.getUTCFullYear(), month, day)).toISOString();
}

/** Why nothing was tried out: there may be nothing that could be. */
function untriedWords({ records, policyOf }: Pick<Ground, "records" | "policyOf">, app: AppDomain): string {
  const isThere = records.list(app).some(({ state }) => state === "proven" || state === "doubtful");
  if (isThere) return "Its restore was never tried out.";
  const { mode, repository } = policyOf(app);
  return mode === "off" || repository === null
    ? "It is not backed up, so there is nothing to restore."
    : "There is no backup of it yet that could be restored.";
}

function wordsOf({ id, backup, outcome, reason, startedAt, proof }: Drill): string[] {
  const when = `on ${startedAt.slice(0, 10)} with the backup ${backup} (run ${id})`;
  return outcome === "passed"
    ? [`Its restore was tried out ${when} and works.`, ...proof]
    : [`Its restore was tried out ${when} and did not work: ${reason ?? "it does not say why"}`];
}

function hasShown({ outcome }: Drill): boolean {
  return outcome !== "cancelled" && outcome !== "undecided";
}

/** What was found before still counts: a drill that has shown nothing says nothing of the backup. */
function openWords({ id, backup, outcome, reason, startedAt }: Drill): string {
  const why = reason === null ? "." : `: ${reason}`;
  const when = `on ${startedAt.slice(0, 10)} with the backup ${backup} (run ${id})`;
  const how = outcome === "cancelled" ? "was cancelled" : "could not be carried out";
  return `The one that was begun ${when} ${how}${why}`;
}
