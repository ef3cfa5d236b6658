/** Upgrades over apps in memory: recipes whose versions, notes and samples a test says, runs that are only written down. */
import { openApps, type Apps } from "../../src/apps/index.ts";
import type { Message } from "../../src/chat/message.ts";
import { render } from "../../src/chat/render.ts";
import { AppDomain, MatrixId, type RecipeVersion } from "../../src/core/terms.ts";
import { recipeVersionUnknown } from "../../src/core/problems/recipes.ts";
import { compareVersions } from "../../src/recipes/index.ts";
import type { Registries } from "../../src/registries/index.ts";
import {
  openUpgrades,
  type Candidate,
  type Upgrades,
  type UpgradesOptions,
} from "../../src/upgrades/index.ts";
import type { Trades } from "../../src/workflow/index.ts";
import { envSample, fakeRecipes, notes as recipe, v, type FakeRecipes } from "../apps/fake-recipes.ts";
import { fakeServers } from "../apps/fake-swarm.ts";
import { local, openHouse as openAppsHouse, type House as AppsHouse } from "../apps/house.ts";

export interface Release {
  notes?: string;
  envSample?: string;
}

export interface House extends AppsHouse {
  backups: Trades["backups"];
  /** No app has a repository, unless a test says otherwise. `off`: by its policy nobody backs it up. */
  safety: "none" | "off";
  upgrades: Upgrades;
  people: UpgradesOptions["people"];
  /** Versions of the recipe `notes`, as a test goes on. */
  releases: Record<string, Release>;
  /** Runs that were begun to ask, by key; `open` is what they say when they are asked. */
  asked: {
    run: string;
    candidate: Candidate;
    key: string;
    room: string | null;
    open: boolean;
    why?: string;
  }[];
  said: { room: string; key: string; text: string; rings: number }[];
  /** Apps that a run has in its hands. */
  busy: Set<string>;
  registries: Registries & { tagsOf: Record<string, string[]> };
}

const bo = MatrixId.parse("@bo:example.coop");

export function openHouse(releases: Record<string, Release>, options: Partial<UpgradesOptions> = {}): House {
  const house = openAppsHouse();
  const recipes = recipesOf(releases);
  const apps = openApps({ ...house, recipes, servers: fakeServers(house.swarm) });
  const asked: House["asked"] = [];
  const said: House["said"] = [];
  const busy = new Set<string>();
  const tagsOf: Record<string, string[]> = {};
  const registries: House["registries"] = {
    tagsOf,
    tags: (image) => Promise.resolve({ tags: tagsOf[image] ?? [], askedAt: 0, stale: null }),
  };
  const people = { withRole: () => [{ name: "bo", matrixIds: [bo] }] as never };
  const safe: Pick<House, "safety"> = { safety: "none" };
  const upgrades = openUpgrades({
    backupOf: () => ({ state: safe.safety, newestAt: null }),
    ...{ db: house.db, clock: house.clock, apps, recipes, people, registries },
    window: { from: 120, until: 300 },
    timeZone: "UTC",
    pauseMinutes: 10,
    isBusy: (domain) => busy.has(domain),
    defaultRoom: "!all",
    noticesRoom: "!all",
    post: (room, key, message: Message) => {
      if (said.some((one) => one.key === key)) return;
      said.push({ room, key, text: render(message).body, rings: message.mentions?.length ?? 0 });
    },
    runs: {
      propose: (candidate, key, room) => {
        const run = `run${asked.length + 1}`;
        asked.push({ run, candidate, key, room, open: true });
        return run;
      },
      isOpen: (run) => asked.some((one) => one.run === run && one.open),
      cancel: (run, why) => {
        const one = asked.find((other) => other.run === run);
        if (one !== undefined) Object.assign(one, { open: false, why });
      },
    },
    ...options,
  });
  const mode = () => (safe.safety === "off" ? "off" : "running");
  const backups = { policyOf: () => ({ repository: null, mode: mode() }) } as unknown as Trades["backups"];
  const rooms = { ...house, backups, recipes, apps, upgrades, people, registries };
  return Object.assign(safe, { ...rooms, releases, asked, said, busy });
}

/** The recipe `notes` with exactly these releases. */
export function recipesOf(releases: Record<string, Release>): FakeRecipes {
  const fake = fakeRecipes();
  const known = (): RecipeVersion[] => Object.keys(releases).sort(compareVersions).reverse().map(v);
  return Object.assign(fake, {
    versions: () => Promise.resolve(known()),
    checkout: async (name: typeof recipe, version: RecipeVersion, key: string) => {
      if (!known().includes(version)) throw recipeVersionUnknown({ recipe: name, version, nearest: known() });
      // Only for its folder; the version is one that the fake knows.
      const checkout = await checkoutOf(fake, key);
      return {
        ...checkout,
        version,
        envSample: releases[version]?.envSample ?? envSample,
        notes: Object.fromEntries(
          Object.entries(releases).flatMap(([one, { notes }]) => (notes === undefined ? [] : [[one, notes]])),
        ),
        exports: { IMAGE_TAG: version.split("+")[1] ?? "" },
      };
    },
  });
}

const original = fakeRecipes();
async function checkoutOf(fake: FakeRecipes, key: string) {
  fake.open.add(key);
  const checkout = await original.checkout(recipe, v("1.0.0+1.0"), key);
  original.open.delete(key);
  return { ...checkout, commit: fake.commit };
}

/** An app of the recipe that runs at a version, as if it had been deployed here. */
export async function runs(
  { apps }: Pick<House, "apps"> & { apps: Apps },
  domain: string,
  version: string,
  more: { room?: string } = {},
): Promise<AppDomain> {
  const app = AppDomain.parse(domain);
  const made = await apps.prepare(app, recipe, v(version));
  apps.create("ana", { domain: app, recipe, server: local, ...made, ...more });
  await deployTo({ apps }, app, version);
  return app;
}

export async function deployTo(
  { apps }: Pick<House, "apps">,
  app: AppDomain,
  version: string,
  outcome: "converged" | "failed" = "converged",
): Promise<void> {
  const run = `d${apps.history(app).length}${app}`;
  const plan = await apps.planDeploy(app, v(version), `${run}/plan`);
  apps.beginRecord(plan, run, "ana");
  await apps.deploy(plan, `${run}/deploy`);
  if (outcome === "failed") await apps.restore(plan);
  apps.endRecord(app, run, { outcome, reason: outcome === "failed" ? "app crashed" : null });
}
