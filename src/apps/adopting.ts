/** Taking over apps that run already: what they are, what their settings are, and the proof that it was understood. */
import { hashOf } from "../core/canonical.ts";
import type { Clock } from "../core/clock.ts";
import type { Audit } from "../audit/index.ts";
import { appExists } from "../core/problems/apps.ts";
import {
  adoptionChanged,
  appNotFoundRunning,
  appOnSeveralServers,
  appRecipeUnsaid,
} from "../core/problems/adopt.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { RecipeName, RecipeVersion, type AppDomain, type ServerName } from "../core/terms.ts";
import { eq } from "drizzle-orm";
import { schema, type Db } from "../db/index.ts";
import { envValues, looksSecret, newestRelease, type RecipeCommit, type Recipes } from "../recipes/index.ts";
import { local, type Servers } from "../servers/index.ts";
import type { Swarm } from "../swarm/types.ts";
import { planFor } from "./deploying.ts";
import { foundApp } from "./found.ts";
import { openHandedIn, type HandedIn } from "./handed-in.ts";
import { openRendering, type Target } from "./rendering.ts";
import type { Rows } from "./rows.ts";
import { settingsOf } from "./settings-of.ts";
import { stackNameOf } from "./stack-name.ts";
import type { Adoption, AdoptionWish, Apps, FoundApp } from "./types.ts";

export interface AdoptingParts {
  db: Db;
  clock: Clock;
  audit: Audit;
  rows: Rows;
  recipes: Recipes;
  servers: Pick<Servers, "get" | "list" | "swarmOf">;
  /** Where files of settings wait that were handed in. */
  handedInDir: string | undefined;
}

/** An app that is to be taken over, found or handed in, with its settings as text. */
interface Understood {
  adoption: Adoption;
  envText: string;
}

export function openAdopting(parts: AdoptingParts): Pick<Apps, "found" | "understand" | "adopt" | "unadopt"> {
  const { db, audit, rows } = parts;
  const handedIn = openHandedIn(parts.handedInDir);
  return {
    found: (server) => findApps(parts, server),
    understand: async (wanted, key) => (await understand(parts, handedIn, wanted, key)).adoption,
    async adopt(adoption, who, room, key) {
      const { domain, server, recipe, version, stack } = adoption;
      const made = rows.find(domain);
      if (made !== undefined) {
        if (hashOfAll(adoption, rows.envOf(domain)) === adoption.hash) return made;
        throw appExists({ app: domain, recipe: made.recipe });
      }
      const now = await understand(parts, handedIn, { domain, server, recipe }, key);
      if (now.adoption.hash !== adoption.hash) throw adoptionChanged({ app: domain });
      const app = db.tx(() =>
        rows.create(who, { domain, recipe, server, stack, version, env: now.envText, room, isAdopted: true }),
      );
      handedIn.drop(domain);
      return app;
    },
    unadopt({ domain, stack }, who) {
      db.tx(() => {
        if (rows.find(domain)?.stack !== stack) return;
        db.orm.delete(schema.app).where(eq(schema.app.domain, domain)).run();
        audit.append({ who, what: "app.forgotten", subject: domain, details: { stack } });
      });
    },
  };
}

function hashOfAll(
  { domain, server, stack, recipe, version, chaos }: Omit<Adoption, "hash">,
  envText: string,
): string {
  return hashOf({ domain, server, stack, recipe, version, chaos, envText });
}

/** All servers are asked at once; those that do not answer are named. */
async function findApps(
  { rows, servers }: AdoptingParts,
  only: ServerName | undefined,
): ReturnType<Apps["found"]> {
  const known = new Set(rows.list().map(({ server, stack }) => `${server} ${stack}`));
  const silent: { server: ServerName; why: string }[] = [];
  const names = only === undefined ? servers.list().map(({ name }) => name) : [servers.get(only).name];
  const each = await Promise.all(
    names.map(async (server) => {
      try {
        const sights = await servers.swarmOf(server).stacks();
        return sights.flatMap((sight) => foundApp(server, sight) ?? []);
      } catch (thrown) {
        if (!(thrown instanceof Problem) || only !== undefined) throw thrown;
        silent.push({ server, why: thrown.text.happened });
        return [];
      }
    }),
  );
  const apps = each.flat().filter((one) => !known.has(`${one.server} ${one.stack}`));
  // What has neither a recipe nor a version of the field is a stack of another kind.
  return { apps: apps.filter((one) => one.recipe !== null || one.versionLabel !== null), silent };
}

async function understand(
  parts: AdoptingParts,
  handedIn: HandedIn,
  wanted: AdoptionWish,
  key: string,
): Promise<Understood> {
  const { rows, servers, recipes } = parts;
  const { domain } = wanted;
  const taken = rows.find(domain);
  if (taken !== undefined) throw appExists({ app: domain, recipe: taken.recipe });
  const file = handedIn.read(domain);
  const found = await locate(parts, wanted, file);
  const server = servers.get(found?.server ?? wanted.server ?? local).name;
  const swarm = servers.swarmOf(server);
  const said = file === undefined ? {} : envValues(file);
  const stack = found?.stack ?? said["STACK_NAME"] ?? stackNameOf(domain);
  const [sight] = await swarm.stacks(stack);
  const pin = pinOf(said);
  const recipe = wanted.recipe ?? found?.recipe ?? pin.recipe;
  if (recipe === null) throw appRecipeUnsaid({ app: domain });
  const remarks: string[] = [];
  const target = await targetOf(recipes, recipe, found, pin, remarks);
  const app = { domain, recipe, stack };
  const { envText, settingsFrom, ...more } = await settingsOf(recipes, { app, target, key, file, sight });
  remarks.push(...more.remarks);
  const proof = await prove(parts, swarm, { app, envText, target, key }, found !== undefined);
  const all = {
    ...app,
    server,
    version: target.known,
    chaos: target.chaos?.short ?? null,
    settingsFrom,
    settings: Object.keys(envValues(envText)).length,
    services: found?.services ?? [],
    remarks: [...remarks, ...inClear(envText), ...proof.remarks],
    changes: proof.changes,
    diff: proof.diff,
  };
  return { envText, adoption: { ...all, hash: hashOfAll(all, envText) } };
}

/** The one running stack that answers to the domain; none is well when its file was handed in. */
async function locate(
  parts: AdoptingParts,
  { domain, server }: AdoptionWish,
  file: string | undefined,
): Promise<FoundApp | undefined> {
  const { apps } = await findApps(parts, server);
  const stack = file === undefined ? undefined : envValues(file)["STACK_NAME"];
  const mine = apps.filter(
    (one) => one.domain === domain || one.stack === (stack ?? domain.replaceAll(".", "_")),
  );
  const [first, second] = mine;
  if (first !== undefined && second !== undefined) {
    throw appOnSeveralServers({ app: domain, servers: mine.map((one) => one.server) });
  }
  if (first === undefined && file === undefined) {
    throw appNotFoundRunning({ app: domain, server: server ?? null });
  }
  return first;
}

/** What the file says of recipe and version: `TYPE=nextcloud:5.1.0+29.0.1`. */
function pinOf(said: Record<string, string>): { recipe: RecipeName | null; version: RecipeVersion | null } {
  const [name, ...rest] = (said["RECIPE"] ?? said["TYPE"] ?? "").split(":");
  const recipe = RecipeName.safeParse(name);
  const version = RecipeVersion.safeParse(rest.join(":"));
  return { recipe: recipe.success ? recipe.data : null, version: version.success ? version.data : null };
}

type Aim = Target & { known: RecipeVersion | null };

/** What runs counts; where it does not say, the file's pin; where that is silent too, the newest release. */
async function targetOf(
  recipes: Recipes,
  recipe: RecipeName,
  found: FoundApp | undefined,
  pin: { version: RecipeVersion | null },
  remarks: string[],
): Promise<Aim> {
  await recipes.refresh(recipe);
  const all = await recipes.versions(recipe);
  const newest = newestRelease(all) ?? ("0.0.0" as RecipeVersion);
  if (found !== undefined && found.chaos !== null) {
    const chaos = await commitThatRuns(recipes, recipe, found.chaos, remarks);
    if (chaos !== null) return { to: found.version ?? newest, chaos, known: found.version };
  }
  const version = found?.version ?? pin.version;
  if (found !== undefined && found.version === null) {
    remarks.push(`Its version label says ${found.versionLabel ?? "nothing"}, which is no version.`);
  } else if (pin.version !== null && found !== undefined && pin.version !== found.version) {
    remarks.push(
      `Its file says ${pin.version}, what runs says ${found.version ?? "nothing"}: what runs counts.`,
    );
  }
  if (version === null) {
    remarks.push(
      `Its version is unknown, so its next deploy takes the newest, ${newest}, unless you name one.`,
    );
    return { to: newest, chaos: null, known: null };
  }
  if (!all.includes(version)) {
    remarks.push(
      `The recipe has no version ${version}, so its settings were compared with those of ${newest}.`,
    );
    return { to: newest, chaos: null, known: null };
  }
  return { to: version, chaos: null, known: version };
}

async function commitThatRuns(
  recipes: Recipes,
  recipe: RecipeName,
  written: string,
  remarks: string[],
): Promise<RecipeCommit | null> {
  const [commit = "", isDirty] = written.split("+U");
  try {
    const found = await recipes.commitOf(recipe, /^[0-9a-f]{7,40}$/.test(commit) ? commit : "unknown");
    remarks.push(`It runs the commit ${found.short} (“${found.subject}”), which is no release.`);
    if (isDirty !== undefined) remarks.push("It was deployed with changes that were never committed.");
    return found;
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    remarks.push(`It runs the commit ${written}, which its recipe does not have.`);
    return null;
  }
}

function inClear(envText: string): string[] {
  const names = Object.entries(envValues(envText)).flatMap(([key, value]) =>
    looksSecret(key) && value !== "" ? [key] : [],
  );
  if (names.length === 0) return [];
  return [
    `Among its settings in clear, as abra keeps them: ${names.join(", ")}. They are never shown, ` +
      "but whoever has the database has them.",
  ];
}

interface Proof {
  changes: Adoption["changes"];
  diff: string;
  remarks: string[];
}

/** The plan of what runs already: one that changes nothing shows that the app was understood. */
async function prove(
  { recipes }: AdoptingParts,
  swarm: Swarm,
  what: {
    app: { domain: AppDomain; recipe: RecipeName; stack: string };
    envText: string;
    target: Target;
    key: string;
  },
  isRunning: boolean,
): Promise<Proof> {
  const none = { changes: null, diff: "" };
  if (!isRunning) return { ...none, remarks: ["Nothing of it runs there."] };
  try {
    const plan = await openRendering(recipes)(what, (made) =>
      planFor(swarm, what.app, made, { ...what.target, warnings: [] }),
    );
    const made = plan.newSecrets.map(
      (name) => `Its secret ${name} is not on that server; a deploy would make it.`,
    );
    return { changes: plan.changes, diff: plan.diff, remarks: made };
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return { ...none, remarks: [`A deploy could not be planned: ${messageOf(thrown)}`] };
  }
}
