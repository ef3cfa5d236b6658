/**
 * A catalogue of recipes (`recipes.json`): an object by name. It is somebody else's text, so that nothing of it is
 * taken for granted: an entry that does not fit is passed over and counted, whatever else it says is left out.
 */
import { catalogueUnreadable } from "../../core/problems/catalogue.ts";
import { RecipeName, RecipeVersion } from "../../core/terms.ts";
import { compareVersions, newestRelease } from "../versions.ts";
import { repositoryAddress } from "./address.ts";
import type { CatalogueEntry } from "./types.ts";

const longestText = 300;
const longestScore = 80;
const mostRecipes = 10_000;
const mostVersions = 1000;
const scoreNames = ["status", "backups", "healthcheck", "email", "tests", "sso", "image"];

export interface ParsedCatalogue {
  entries: Map<RecipeName, CatalogueEntry>;
  passedOver: number;
}

/**
 * Reads the text of a catalogue. `folder` is where a catalogue on this machine lies: its repositories may be paths
 * from there; null for one that came over the network. Throws `catalogue-unreadable` when it is no catalogue.
 */
export function parseCatalogue(text: string, source: string, folder: string | null): ParsedCatalogue {
  const listed = Object.entries(objectIn(text, source));
  if (listed.length > mostRecipes)
    throw catalogueUnreadable({ source, reason: `it lists more than ${mostRecipes} recipes` });
  const entries = new Map<RecipeName, CatalogueEntry>();
  for (const [key, value] of listed) {
    const entry = readEntry(key, record(value), folder);
    if (entry !== undefined) entries.set(entry.name, entry);
  }
  // Any other answer in JSON, of a wrong address say: passing over all of it would call it a catalogue of nothing.
  if (entries.size === 0 && listed.length > 0)
    throw catalogueUnreadable({ source, reason: "nothing that it lists is a recipe with a repository" });
  return { entries, passedOver: listed.length - entries.size };
}

function objectIn(text: string, source: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (thrown) {
    throw catalogueUnreadable({ source, reason: "it is no JSON" }, thrown);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw catalogueUnreadable({ source, reason: "it is no object of recipes by name" });
  return content as Record<string, unknown>;
}

function readEntry(
  key: string,
  said: Record<string, unknown>,
  folder: string | null,
): CatalogueEntry | undefined {
  const name = RecipeName.safeParse(key);
  const repository = repositoryAddress(said["repository"], folder);
  if (!name.success || repository === undefined) return undefined;
  const website = line(said["website"], longestText);
  return {
    name: name.data,
    description: line(said["description"], longestText),
    category: line(said["category"], longestScore),
    repository,
    ...(/^https?:\/\//.test(website) && { website }),
    scores: scoresOf(record(said["features"])),
    newest: newestOf(said["versions"]),
  };
}

/** Texts, numbers and yes or no; an image is told by its rating and where it comes from. */
function scoresOf(features: Record<string, unknown>): Record<string, string> {
  const found = scoreNames.flatMap((name) => {
    const value = features[name];
    const image = record(value);
    const said =
      typeof value === "object"
        ? [line(image["image"], longestScore), line(image["rating"], longestScore)].filter(
            (part) => part !== "",
          )
        : [line(value, longestScore)];
    const text = said.join(", ");
    return text === "" ? [] : [[name, text] as const];
  });
  return Object.fromEntries(found);
}

/** `[{"2.0.0+5.9.3": {…}}, …]`, or one object of them all. */
function newestOf(versions: unknown): RecipeVersion | null {
  const listed: unknown[] = Array.isArray(versions) ? versions.slice(0, mostVersions) : [versions];
  const known = listed
    .flatMap((one) => Object.keys(record(one)))
    .slice(0, mostVersions)
    .flatMap((text) => {
      const version = RecipeVersion.safeParse(text);
      return version.success ? [version.data] : [];
    });
  return newestRelease(known.sort((a, b) => compareVersions(b, a)));
}

/** One line of text out of a text, a number or a truth; anything else is empty. */
function line(value: unknown, longest: number): string {
  if (!["string", "number", "boolean"].includes(typeof value)) return "";
  const text = String(value)
    .slice(0, 4 * longest)
    .replace(/\s+/g, " ")
    .trim();
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
