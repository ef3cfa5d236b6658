import { record, text } from "../../yaml.ts";
import { placeOf } from "../look.ts";
import type { Hit, LookedAt, Rule } from "../types.ts";

const longestSecretName = 12;

export const abraSettings: Rule[] = [
  {
    id: "R008",
    severity: "error",
    asks: "there is a .env.sample",
    fix: "Write one with every setting of the recipe; a new app's settings begin as its copy.",
    check: ({ files }) => (files.has(".env.sample") ? [] : [{ where: "", what: "There is no .env.sample." }]),
  },
  {
    id: "R012",
    severity: "error",
    asks: "the version of every config is exported in abra.sh",
    fix: "Add the line to abra.sh: export <NAME>_VERSION=v1",
    check: (recipe) =>
      entries(recipe, "configs").flatMap(({ where, key, content }) => {
        const setting = /\$\{?([A-Za-z_]\w*_VERSION)\b/.exec(text(content["name"]))?.[1];
        if (setting === undefined || recipe.exports.has(setting)) return [];
        return [{ where, what: `${setting}, the version of the config ${key}, is not exported in abra.sh.` }];
      }),
  },
  {
    id: "R015",
    severity: "warn",
    asks: `names of secrets have at most ${longestSecretName} letters`,
    fix: "Shorten it: with the app's domain in front, names in a swarm end at 64 letters.",
    check: (recipe) =>
      entries(recipe, "secrets").flatMap(({ where, key }): Hit[] =>
        key.length > longestSecretName
          ? [{ where, what: `The secret ${key} has ${key.length} letters.` }]
          : [],
      ),
  },
];

/** Entries of a top-level section in every compose file. */
export function entries(recipe: LookedAt, section: string) {
  return recipe.compose.flatMap((file) =>
    Object.entries(record(file.content[section])).map(([key, content]) => ({
      where: placeOf(file, [section, key]),
      file,
      key,
      content: record(content),
    })),
  );
}
