/** An app brought up from a backup alone: on another server, under another domain, or where it is known no more. */
import { hashOf } from "../core/canonical.ts";
import { appExists } from "../core/problems/apps.ts";
import { volumeTaken } from "../core/problems/move.ts";
import { restorePartElsewhere, restoreSecretThere } from "../core/problems/restoring.ts";
import { recipeWithoutVersions } from "../core/problems/recipes.ts";
import { Problem } from "../core/problem.ts";
import type { AppDomain, RecipeVersion, ServerName } from "../core/terms.ts";
import type { Revival } from "../apps/types.ts";
import { envValues, newestRelease, setEnv } from "../recipes/index.ts";
import { heldPlan } from "../swarm/index.ts";
import type { StackPlan, Swarm } from "../swarm/types.ts";
import { snapshotBeside, snapshotOfVolume, withManifest } from "./read-manifest.ts";
import { changedSince } from "./lost.ts";
import type { Ground } from "./open.ts";
import { assertPlaced, placeWarnings } from "./placing.ts";
import { unreadIn } from "./planning.ts";
import { firstOf } from "./replaying.ts";
import { chosen, dumpsOf, factsOf, filesLeft, intoOf, oneForEachPlace } from "./restoring.ts";
import type { RestoreWish, RevivePlan, Reviving } from "./restoring-types.ts";
import { fillRevived, makeSecrets } from "./reviving-secrets.ts";
import { serverBack } from "./server-back.ts";
import type { Backup, Manifest } from "./types.ts";

export function openReviving(ground: Ground): Reviving {
  const { servers, apps } = ground;
  const swarmOf = ({ data }: RevivePlan): Swarm => servers.swarmOf(data.server);
  return {
    formerRow: ({ domain }) => apps.formerRow(domain),
    async reviveApp(plan, run) {
      const revival = await revivalAgain(ground, plan, run.id);
      apps.revive(revival, run, { app: plan.from.app, backup: plan.data.backup });
    },
    unreviveApp: (plan, run, former) => apps.unrevive(plan.domain, run, former),
    reviveSecrets: (plan, run, signal) => makeSecrets(ground, plan, run, signal),
    fillRevived: (plan, run, options) => fillRevived(ground, plan, run, options),
    async dropSecrets(plan) {
      await serverBack(swarmOf(plan), plan.data.stack);
      await swarmOf(plan).removeSecrets(plan.data.stack, namesMade(plan));
    },
    dropMadeVolumes: (plan) => dropVolumes(ground, plan),
    async deployRevived(plan, key) {
      await readyAgain(ground, plan, key);
      const held = plan.data.first.length === 0 ? [] : restOf(plan);
      const { id, labels } = labelsOf(plan, key);
      await swarmOf(plan).apply(heldPlan(stackPlanOf(plan), held), { ...labels, "tandem.run": id });
    },
    beginRest: (plan) => swarmOf(plan).begin(stackPlanOf(plan), restOf(plan)),
    async verdictRevived(plan, { signal, first = false }) {
      const swarm = swarmOf(plan);
      const verdict = await swarm.watch(first ? firstOnly(plan) : stackPlanOf(plan), { signal });
      await assertPlaced(swarm, plan.data, { app: plan.domain, bindTo: "data", isAnew: true });
      return verdict;
    },
    async clearRevived(plan, signal) {
      await swarmOf(plan).remove(plan.data.stack, { signal, ofPlan: plan.deploy.stackHash });
    },
    lookAtRevived: (plan, signal) => apps.lookFromOutside(plan.deploy, signal),
  };
}

/** What bringing it up there would do. Reads the repository and the server, writes nothing. */
export async function planRevive(ground: Ground, wish: RestoreWish, run: string): Promise<RevivePlan> {
  const { apps, servers } = ground;
  if (wish.volume !== undefined || wish.path !== undefined) throw restorePartElsewhere({ app: wish.app });
  const backup = chosen(ground, wish.app, wish.backup);
  const known = apps.find(wish.app);
  const server = wish.to ?? known?.server ?? backup.server;
  servers.get(server);
  const domain = wish.as ?? wish.app;
  const stack = apps.stackNameOf(domain);
  const swarm = servers.swarmOf(server);
  await swarm.dropHelpers(run, [null]);
  const at = { server, run };
  const manifest = await withManifest(ground, backup, at, (read) => Promise.resolve(read));
  const { env, remarks } = envFor(manifest, domain);
  const place = { domain, stack, server, env };
  const plan = await planAnew(ground, { backup, manifest, place }, run);
  await assertFree(swarm, plan);
  const itself = domain === wish.app ? known : undefined;
  // Its row is that of another kind of app by now, and would keep its recipe.
  if (itself !== undefined && itself.recipe !== manifest.recipe)
    throw appExists({ app: domain, recipe: itself.recipe });
  const isBack = itself?.server === server;
  const { nodes } = await swarm.ground();
  const changed = itself === undefined ? [] : changedSince(ground, itself, manifest, plan.facts);
  const placing = await placeWarnings(swarm, plan.data, plan.deploy.specs.services);
  const warnings = [...plan.warnings, ...unreadIn(backup), ...changed, ...remarks, ...placing];
  const isSpread = nodes > 1 && placing.length === 0;
  return { ...plan, isKnown: itself !== undefined && !isBack, isBack, isSpread, warnings };
}

export interface Anew {
  backup: Backup;
  manifest: Manifest;
  place: { domain: AppDomain; stack: string; server: ServerName; env: string };
}

/** The plan of a stack from a manifest; also that of a drill. */
export async function planAnew(ground: Ground, anew: Anew, run: string): Promise<RevivePlan> {
  const { backup, manifest, place } = anew;
  const revival = await revivalOf(ground, anew);
  const deploy = await ground.apps.planRevival(revival, `${run}/revival`);
  const { stack, server, domain } = place;
  const hooks = { preHooks: manifest.restorePreHooks, postHooks: manifest.restorePostHooks };
  const dumps = dumpsOf(backup, manifest, stack, () => null);
  const first = firstOf({ images: manifest.images, dumps }, hooks, Object.keys(deploy.specs.services));
  const { volumes, left } = oneForEachPlace(
    manifest.volumes.map((one) => ({
      hostname: one.hostname,
      volume: {
        name: one.name,
        short: one.short,
        service: one.service,
        paths: one.paths,
        snapshot: snapshotOfVolume(backup, one),
        into: intoOf(one.name, manifest.stack, stack),
        node: null,
        isLive: one.paths !== null && first.includes(one.service),
      },
    })),
  );
  const secrets = manifest.secrets.map(({ name, hostname, file }) => ({
    name,
    into: intoOf(name, manifest.stack, stack),
    snapshot: snapshotBeside(backup, hostname),
    file,
  }));
  const made = [...new Set([...volumes.map(({ into }) => into), ...volumesIn(deploy)])];
  const from = { app: manifest.app, server: manifest.server };
  const { repository } = backup;
  const data = { app: backup.app, backup: backup.id, repository, server, stack, volumes, ...hooks, first };
  return {
    kind: "anew",
    data: { ...data, dumps },
    deploy,
    facts: factsOf(ground, backup),
    domain,
    recipe: manifest.recipe,
    version: revival.version,
    from,
    secrets: secrets.filter((one, n) => secrets.findIndex(({ into }) => into === one.into) === n),
    made,
    images: revival.images,
    warnings: [
      ...deploy.warnings,
      ...(deploy.newSecrets.length === 0
        ? []
        : [
            `The backup does not have these secrets, so they are made anew: ${deploy.newSecrets.join(", ")}.`,
          ]),
      ...left,
      ...filesLeft(manifest),
    ],
    isKnown: false,
    isSpread: false,
    hash: hashOf({ backup: backup.id, domain, server, deploy: deploy.hash, made, secrets }),
  };
}

/** Volumes that the services of a plan name, as the engine will call them. */
export function volumesIn({ specs }: Pick<StackPlan, "specs">): string[] {
  const services = Object.values(specs.services) as unknown as {
    TaskTemplate?: { ContainerSpec?: { Mounts?: { Type: string; Source?: string }[] } };
  }[];
  return services.flatMap(({ TaskTemplate }) =>
    (TaskTemplate?.ContainerSpec?.Mounts ?? []).flatMap(({ Type, Source }) =>
      Type === "volume" && Source !== undefined && Source !== "" ? [Source] : [],
    ),
  );
}

/** The settings with the new domain; what still names the old one is told, by name only. */
function envFor({ env, app }: Manifest, domain: AppDomain): { env: string; remarks: string[] } {
  if (domain === app) return { env, remarks: [] };
  let text = setEnv(env, "DOMAIN", domain);
  const extra = envValues(text)["EXTRA_DOMAINS"] ?? "";
  if (extra !== "") text = setEnv(text, "EXTRA_DOMAINS", "");
  const still = Object.entries(envValues(text))
    .filter(([, value]) => value.includes(app))
    .map(([key]) => key);
  return {
    env: text,
    remarks: [
      ...(extra === "" ? [] : ["Its further domains (EXTRA_DOMAINS) stay with the old app."]),
      ...(still.length === 0 ? [] : [`These settings still name ${app}: ${still.join(", ")}.`]),
    ],
  };
}

async function revivalOf({ recipes }: Ground, { manifest, place }: Anew): Promise<Revival> {
  const { recipe, images } = manifest;
  const version = manifest.version ?? (await newestOf(recipes, recipe));
  return {
    ...place,
    recipe,
    version,
    images: Object.fromEntries(images.map(({ service, image }) => [service, image])),
    secrets: manifest.secrets.map(({ name }) => intoOf(name, manifest.stack, place.stack)),
  };
}

async function newestOf(recipes: Ground["recipes"], recipe: Manifest["recipe"]): Promise<RecipeVersion> {
  const newest = newestRelease(await recipes.versions(recipe));
  if (newest === null) throw recipeWithoutVersions({ recipe });
  return newest;
}

/** Settings are read once more from the backup: they are in no plan, because a plan is kept. */
async function revivalAgain(ground: Ground, plan: RevivePlan, run: string): Promise<Revival> {
  const backup = ground.records.get(plan.data.backup);
  const { server, stack } = plan.data;
  await ground.servers.swarmOf(server).dropHelpers(run, [null]);
  const manifest = await withManifest(ground, backup, { server, run }, (read) => Promise.resolve(read));
  const { env } = envFor(manifest, plan.domain);
  const place = { domain: plan.domain, stack, server, env };
  return { ...(await revivalOf(ground, { backup, manifest, place })), version: plan.version };
}

async function readyAgain(ground: Ground, plan: RevivePlan, key: string): Promise<void> {
  if (plan.deploy.newSecrets.length === 0 && plan.deploy.specs.secrets.length === 0) return;
  const revival = await revivalAgain(ground, plan, key.split("/")[0] ?? key);
  await ground.apps.readyRevival(revival, plan.deploy, key);
}

/** Nothing that is there is overwritten or taken for one's own. */
async function assertFree(swarm: Swarm, { made, secrets, data }: RevivePlan): Promise<void> {
  const [{ volumes }, names] = await Promise.all([swarm.ground(), swarm.secretNames()]);
  const taken = made.find((name) => volumes.includes(name));
  if (taken !== undefined) throw volumeTaken({ volume: taken });
  const there = secrets.map(({ into }) => into).filter((name) => names.has(name));
  if (there.length > 0) throw restoreSecretThere({ server: data.server, names: there });
}

/** What the planning saw that it was not there: it is this plan's. */
function namesMade({ secrets, deploy }: RevivePlan): string[] {
  return [...secrets.map(({ into }) => into), ...deploy.newSecrets];
}

/** A task that ends may hold its volume a moment longer. */
const volumeTries = 40;
const volumeWaitMs = 500;

/** Removes the volumes that a plan has made, once nothing holds them any more. */
export async function dropVolumes({ servers, clock }: Ground, { data, made }: RevivePlan): Promise<void> {
  const swarm = servers.swarmOf(data.server);
  for (const name of made) {
    for (let tries = 1; ; tries++) {
      try {
        await swarm.removeVolume(null, name);
        break;
      } catch (thrown) {
        if (!(thrown instanceof Problem) || tries === volumeTries) throw thrown;
        await new Promise<void>((done) => void clock.after(volumeWaitMs, done));
      }
    }
  }
}

function restOf({ data, deploy }: RevivePlan): string[] {
  return Object.keys(deploy.specs.services).filter((service) => !data.first.includes(service));
}

function firstOnly(plan: RevivePlan): StackPlan {
  const all = stackPlanOf(plan);
  return { ...all, changes: all.changes.filter(({ service }) => plan.data.first.includes(service)) };
}

function stackPlanOf({ deploy }: RevivePlan): StackPlan {
  const { stack, changes, specs, before, diff, warnings, isEmpty, stackHash, timeoutSeconds } = deploy;
  return { stack, changes, specs, before, diff, warnings, isEmpty, hash: stackHash, timeoutSeconds };
}

function labelsOf({ data }: RevivePlan, key: string): { id: string; labels: Record<string, string> } {
  return { id: key.split("/")[0] ?? key, labels: { "tandem.backup": data.backup } };
}
