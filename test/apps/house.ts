/** Apps over a database in memory, a fake swarm and fake recipes. */
import {
  openApps,
  openSecretForms,
  type Apps,
  type Parcels,
  type SecretForms,
} from "../../src/apps/index.ts";
import { openAudit, type Audit } from "../../src/audit/index.ts";
import { sha256 } from "../../src/core/canonical.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { AppDomain, type RecipeVersion, type ServerName } from "../../src/core/terms.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { fakeRecipes, notes, v, type FakeRecipes } from "./fake-recipes.ts";
import { fakeServers, fakeSwarm, type FakeSwarm } from "./fake-swarm.ts";

export const domain = AppDomain.parse("notes.example.coop");
export const stack = "notes_example_coop";
export const local = "local" as ServerName;

export interface House {
  db: Db;
  clock: FakeClock;
  audit: Audit;
  swarm: FakeSwarm;
  recipes: FakeRecipes;
  apps: Apps;
  /** `mia` and `mo` are maintainers, `ana` and `bo` members. */
  secretForms: SecretForms;
  parcels: Parcels;
}

/** Files in memory, as the folder keeps them. */
export function memoryParcels(): Parcels {
  const kept = new Map<string, Buffer>();
  return {
    keep(key, bytes) {
      const id = sha256(key).slice(0, 32);
      kept.set(id, bytes);
      return id;
    },
    read: (id) => kept.get(id),
  };
}

export function openHouse(options: { execApproval?: boolean } = {}): House {
  const clock = new FakeClock();
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const swarm = fakeSwarm();
  const recipes = fakeRecipes();
  const parcels = memoryParcels();
  const apps = openApps({ db, clock, audit, recipes, servers: fakeServers(swarm), parcels, ...options });
  const people = {
    byName: (name: string) =>
      ({ name, roles: name.startsWith("m") ? ["member", "maintainer"] : ["member"] }) as never,
  };
  const publicUrl = "https://tandem.example.coop";
  const secretForms = openSecretForms({ db, clock, audit, people, apps, publicUrl });
  return { db, clock, audit, swarm, recipes, apps, secretForms, parcels };
}

/** The app as a member registers it, at the version. */
export async function register({ apps }: House, version: RecipeVersion = v("1.0.0+1.0")): Promise<void> {
  const made = await apps.prepare(domain, notes, version);
  apps.create("ana", { domain, recipe: notes, server: local, ...made });
}

/** Deploys without asking anybody, as the workflow would. */
export async function deployNow({ apps }: House, version?: RecipeVersion, run = "bakor"): Promise<void> {
  const plan = await apps.planDeploy(domain, version, `${run}/plan`);
  apps.beginRecord(plan, run, "ana");
  await apps.deploy(plan, `${run}/deploy`);
  apps.endRecord(domain, run, { outcome: "converged", reason: null });
}
