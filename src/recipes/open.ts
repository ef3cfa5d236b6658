import path from "node:path";
import type { Clock } from "../core/clock.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { RecipeName } from "../core/terms.ts";
import { openCatalogue, type CatalogueOptions } from "./catalogue/open.ts";
import type { Catalogue, CatalogueEntry } from "./catalogue/types.ts";
import { checkOut, folderOf, pruneCheckouts, removeCheckout } from "./checkout.ts";
import { commitOf } from "./commits.ts";
import { parseEnv } from "./env-file.ts";
import { gitWith } from "./git.ts";
import type { TryCompose } from "./lint/types.ts";
import { looksSecret } from "./looks-secret.ts";
import { openMirror, type Mirror } from "./mirror.ts";
import { openReading, tagOf, unknownRecipe } from "./reading.ts";
import { readReadme } from "./readme.ts";
import type { RecipeDetail, Recipes, RecipeSummary } from "./types.ts";
import { newestRelease } from "./versions.ts";

export interface RecipesOptions {
  /** By name: a path or a URL each. A path may be a git repository or a plain folder. */
  sources: Record<string, string>;
  /** A catalogue beside them: an http(s) address or the path of a file. */
  catalogue?: string | undefined;
  /** Tests hand in another. */
  fetch?: CatalogueOptions["fetch"];
  /** For lint: reads compose files as a deploy does. */
  tryCompose?: TryCompose;
  /** Holds mirrors and checkouts; made when it is missing. */
  dataDir: string;
  clock: Clock;
  /** For git, such as HOME and SSH_AUTH_SOCK: nothing of the process's environment is used by itself. */
  env?: Record<string, string>;
  log?: { warn(facts: object, text: string): void };
}

/**
 * Opens the recipes named in the settings, one by one or as a catalogue. Nothing is fetched yet; leftovers of a crash
 * are removed on the side.
 */
export function openRecipes(options: RecipesOptions): Recipes {
  const { dataDir, clock, env, log } = options;
  const git = gitWith(env);
  const dir = path.join(dataDir, "mirrors");
  const open = (name: RecipeName, address: string): Mirror => openMirror(name, address, { git, clock, dir });
  const named = new Map(
    Object.entries(options.sources).map(([key, address]) => {
      const name = RecipeName.parse(key);
      return [name, open(name, address)] as const;
    }),
  );
  const catalogue = catalogueOf(options);
  const listedThere = new Map<string, Mirror>();
  const mirrorOf = async (name: RecipeName): Promise<Mirror> => {
    const own = named.get(name);
    if (own !== undefined) return own;
    const entries = (await catalogue?.read())?.entries ?? new Map<RecipeName, CatalogueEntry>();
    const entry = entries.get(name);
    if (entry === undefined) throw unknownRecipe(name, [...named.keys(), ...entries.keys()]);
    // Under the address as well: a catalogue may move a repository while this runs.
    const key = `${name} ${entry.repository}`;
    const mirror = listedThere.get(key) ?? open(name, entry.repository);
    listedThere.set(key, mirror);
    return mirror;
  };
  const checkouts = path.join(dataDir, "checkouts");
  pruneCheckouts(checkouts, clock).catch((thrown: unknown) => {
    log?.warn({ err: thrown }, "leftover checkouts could not be removed");
  });
  const listed = () => Promise.all([...named].map(([name, mirror]) => summaryOrReason(name, mirror)));
  return {
    list: listed,
    show: async (name) => ({
      ...(await detail(name, await mirrorOf(name))),
      ...(await saidOf(catalogue, name)),
    }),
    versions: async (name) => (await (await mirrorOf(name)).tags()).map(({ version }) => version),
    refresh: async (name) => (await mirrorOf(name)).refresh(),
    async checkout(name, version, key) {
      const mirror = await mirrorOf(name);
      const tag = await tagOf(name, mirror, version);
      return checkOut(git, mirror, folderOf(checkouts, key), { recipe: name, ...tag });
    },
    commitOf: async (name, wanted) => commitOf(git, name, await mirrorOf(name), wanted),
    async checkoutCommit(name, wanted, key) {
      const mirror = await mirrorOf(name);
      const { commit, short } = await commitOf(git, name, mirror, wanted);
      return checkOut(git, mirror, folderOf(checkouts, key), { recipe: name, version: short, commit });
    },
    release: (key) => removeCheckout(folderOf(checkouts, key)),
    ...openReading({ git, catalogue, mirrorOf, listed, tryCompose: options.tryCompose }),
  };
}

function catalogueOf({ catalogue: address, dataDir: dir, clock, fetch }: RecipesOptions): Catalogue | null {
  return address === undefined ? null : openCatalogue({ address, dir, clock, ...(fetch && { fetch }) });
}

/** What the catalogue says of a recipe; nothing when it cannot be had: the recipe itself could. */
async function saidOf(
  catalogue: Catalogue | null,
  name: RecipeName,
): Promise<{ catalogue?: CatalogueEntry }> {
  if (catalogue === null) return {};
  try {
    const entry = (await catalogue.read()).entries.get(name);
    return entry === undefined ? {} : { catalogue: entry };
  } catch (thrown) {
    if (thrown instanceof Problem) return {};
    throw thrown;
  }
}

async function summaryOrReason(name: RecipeName, mirror: Mirror): Promise<RecipeSummary> {
  try {
    return (await summary(name, mirror)).summary;
  } catch (thrown) {
    const why = thrown instanceof Problem ? thrown.text.happened : messageOf(thrown);
    return { name, description: why, newest: null, source: mirror.source };
  }
}

async function summary(name: RecipeName, mirror: Mirror) {
  const versions = (await mirror.tags()).map(({ version }) => version);
  const head = await mirror.head();
  const readme = (await mirror.read(head, "README.md")) ?? "";
  const facts = readReadme(readme);
  const newest = newestRelease(versions);
  return {
    summary: { name, description: facts.description, newest, source: mirror.source },
    versions,
    head,
    readme,
    facts,
  };
}

async function detail(name: RecipeName, mirror: Mirror): Promise<RecipeDetail> {
  const { summary: short, versions, head, readme, facts } = await summary(name, mirror);
  const sample =
    (await mirror.read(head, ".env.sample")) ?? (await mirror.read(head, "deploy/.env.sample")) ?? "";
  const settings = parseEnv(sample).map(({ key, value, comment }) => ({
    key,
    sample: looksSecret(key) ? "" : value,
    ...(comment !== undefined && { comment }),
  }));
  return {
    ...short,
    versions,
    settings,
    readme,
    scores: facts.metadata,
    ...(facts.category !== undefined && { category: facts.category }),
  };
}
