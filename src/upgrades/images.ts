/** Images upstream that are newer than what the newest version of a recipe uses. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { and, eq, isNull } from "drizzle-orm";
import type { Apps } from "../apps/index.ts";
import { say } from "../chat/message.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import type { AppDomain, RecipeName } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import { newestRelease, type Checkout, type Recipes } from "../recipes/index.ts";
import { imageName, newerTag, repositoryOf, type Registries } from "../registries/index.ts";
import { imagesOf } from "../swarm/index.ts";
import type { Message } from "../chat/message.ts";
import type { NewerImage, Upgrades } from "./types.ts";

export interface ImagesParts {
  db: Db;
  clock: Clock;
  apps: Pick<Apps, "list" | "settings">;
  recipes: Recipes;
  registries: Registries;
  post: (room: string, key: string, message: Message) => void;
  /** Where maintainers are told; undefined: nowhere. */
  noticesRoom: string | undefined;
}

export function openImages(parts: ImagesParts): Pick<Upgrades, "newerImages" | "tellOfImages"> {
  return {
    async newerImages(key) {
      const found: NewerImage[] = [];
      // One app stands for all of its recipe: their images differ only where settings name them.
      const byRecipe = new Map(parts.apps.list().map((app) => [app.recipe, app.domain]));
      for (const [recipe, domain] of byRecipe) {
        const images = (await orNothing(() => imagesInUse(parts, recipe, domain, key))) ?? [];
        for (const image of images) {
          const newer = await orNothing(() => newerOf(parts.registries, recipe, image));
          if (newer !== undefined) found.push(newer);
        }
      }
      return found;
    },
    tellOfImages: (key, images) => tell(parts, key, images),
  };
}

/** What cannot be read or asked is passed over; it is looked at again next week. */
async function orNothing<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (thrown) {
    if (thrown instanceof Problem) return undefined;
    throw thrown;
  }
}

/** The images of the newest release of a recipe, as this app's settings name them. */
async function imagesInUse(
  { apps, recipes }: ImagesParts,
  recipe: RecipeName,
  domain: AppDomain,
  key: string,
): Promise<string[]> {
  const newest = newestRelease(await recipes.versions(recipe));
  if (newest === null) return [];
  const checkoutKey = `${key}/${recipe}`;
  try {
    const checkout = await recipes.checkout(recipe, newest, checkoutKey);
    const settings = Object.fromEntries(
      apps.settings(domain).map(({ key: name, value }) => [name, value ?? ""]),
    );
    return imagesOf(filesOf(checkout, settings["COMPOSE_FILE"]), { ...settings, ...checkout.exports });
  } finally {
    await recipes.release(checkoutKey);
  }
}

function filesOf({ dir }: Checkout, setting = "compose.yml"): { path: string; text: string }[] {
  return setting
    .split(":")
    .map((name) => path.resolve(dir, name))
    .filter((file) => file.startsWith(dir + path.sep) && existsSync(file))
    .map((file) => ({ path: path.relative(dir, file), text: readFileSync(file, "utf8") }));
}

async function newerOf(
  registries: Registries,
  recipe: RecipeName,
  image: string,
): Promise<NewerImage | undefined> {
  const name = imageName(image);
  if (name.tag === null) return undefined;
  const { tags } = await registries.tags(image);
  const to = newerTag(tags, name.tag);
  return to === null ? undefined : { recipe, image: repositoryOf(name), from: name.tag, to };
}

function tell(parts: ImagesParts, key: string, images: readonly NewerImage[]): void {
  const { db, clock, apps, post, noticesRoom } = parts;
  const { proposal } = schema;
  db.tx(() => {
    const isNews = ({ image, to }: NewerImage): boolean =>
      db.orm
        .select()
        .from(proposal)
        .where(and(eq(proposal.version, `${image}:${to}`), isNull(proposal.run)))
        .get() === undefined;
    const news = images.filter(isNews);
    if (news.length === 0 || noticesRoom === undefined) return;
    for (const { recipe, image, to } of news)
      for (const { domain } of apps.list().filter((app) => app.recipe === recipe))
        db.orm
          .insert(proposal)
          .values({ app: domain, version: `${image}:${to}`, run: null, proposedAt: isoOf(clock.now()) })
          .onConflictDoNothing()
          .run();
    post(noticesRoom, key, notice(news));
  });
}

function notice(news: readonly NewerImage[]): Message {
  const them = news.length === 1 ? "a newer image" : `${news.length} newer images`;
  return say(`Upstream has ${them}; the recipe does not have it yet.`, {
    list: news.map(({ recipe, image, from, to }) => `**${recipe}**: \`${image}\` ${from} to ${to}`),
    next: "Nothing happens to apps by this. Whoever maintains the recipe can release a version with it.",
  });
}
