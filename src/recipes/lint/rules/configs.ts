import { fillIn } from "../../image.ts";
import { text } from "../../yaml.ts";
import { lookAt } from "../look.ts";
import type { Hit, LookedAt, Rule } from "../types.ts";
import { entries } from "./abra-settings.ts";

interface Config {
  key: string;
  where: string;
  /** The name in the swarm with the variables filled in. */
  name: string;
  /** The setting that its name carries. */
  setting: string | undefined;
  content: string | undefined;
}

export const configs: Rule[] = [
  {
    id: "T022",
    severity: "error",
    asks: "a config with other content has another version than in the release before",
    fix: "Raise its version in abra.sh: Swarm never changes a config, so that every deploy of this would be refused.",
    check(recipe) {
      const { previous } = recipe;
      if (previous === null) return { skipped: "there is no version before this one" };
      const before = configsOf(lookAt({ ...recipe, files: previous.files }));
      return configsOf(recipe).flatMap((config): Hit[] => {
        const old = before.find(({ name }) => name === config.name);
        if (old?.content === undefined || config.content === undefined || old.content === config.content)
          return [];
        const bump =
          config.setting === undefined ? "its name carries no version" : `${config.setting} is the same`;
        return [
          { where: config.where, what: `${config.key} differs from ${previous.version}, and ${bump}.` },
        ];
      });
    },
  },
  {
    id: "T023",
    severity: "warn",
    asks: "the name of every config carries its version",
    fix: "Name it ${STACK_NAME}_<config>_${<CONFIG>_VERSION}, and export that version in abra.sh.",
    check: (recipe) =>
      configsOf(recipe)
        .filter(({ setting }) => setting === undefined)
        .map(({ where, key }) => ({
          where,
          what: `The config ${key} can never be changed: its name has no version.`,
        })),
  },
];

/** The configs that come with the recipe's own files. */
function configsOf(recipe: LookedAt): Config[] {
  return entries(recipe, "configs").flatMap(({ where, key, content }): Config[] => {
    const file = text(content["file"]);
    if (file === "") return [];
    const raw = text(content["name"]) || `\${STACK_NAME}_${key}`;
    return [
      {
        key,
        where,
        name: fillIn(raw, recipe.env),
        setting: /\$\{?([A-Za-z_]\w*_VERSION)\b/.exec(raw)?.[1],
        content: recipe.files.get(fillIn(file, recipe.env).replace(/^\.\//, "")),
      },
    ];
  });
}
