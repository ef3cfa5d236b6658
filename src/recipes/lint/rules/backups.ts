import { databaseIn } from "../../database-images.ts";
import { fillIn } from "../../image.ts";
import { list, record, text } from "../../yaml.ts";
import { deployLabels, hitAt, labelsIn, servicesOf } from "../look.ts";
import type { Hit, LookedAt, Rule } from "../types.ts";

const hooks = ["backup.pre-hook", "backup.post-hook", "restore.pre-hook", "restore.post-hook"];
const known = new Set(["backup", ...hooks].map((key) => `backupbot.${key}`));
const perVolume = /^backupbot\.backup\.volumes\.([\w.-]+?)(\.path)?$/;

export const backups: Rule[] = [
  {
    id: "T006",
    severity: "error",
    asks: "labels for backups stand under deploy.labels",
    fix: "Move them from labels to deploy.labels of the same service: under labels nobody reads them.",
    check: (recipe) =>
      recipe.parts.flatMap((part) =>
        labelsIn(recipe, part.content["labels"])
          .filter(({ key }) => key.startsWith("backupbot."))
          .map(({ key, at }) =>
            hitAt(part, ["labels", at], `${key} of ${part.service} stands under labels.`),
          ),
      ),
  },
  {
    id: "T007",
    severity: "error",
    asks: "one service says backupbot.backup",
    fix: "Leave the label on app alone; volumes of every service are kept all the same.",
    check: (recipe) => {
      const found = [...servicesOf(recipe)].flatMap(([name, parts]) =>
        parts.flatMap((part) =>
          deployLabels(recipe, part)
            .filter(({ key, value }) => key === "backupbot.backup" && value !== "false")
            .map(({ at }) => ({
              name,
              hit: hitAt(part, ["deploy", "labels", at], `${name} says backupbot.backup too.`),
            })),
        ),
      );
      const first = found.find(({ name }) => name === "app") ?? found[0];
      return found.filter(({ name }) => name !== first?.name).map(({ hit }) => hit);
    },
  },
  {
    id: "T008",
    severity: "warn",
    asks: "labels for backups are ones that are read",
    fix: "Use backupbot.backup.volumes.<volume>.path and backupbot.backup|restore.pre-hook|post-hook.",
    check: (recipe) =>
      recipe.parts.flatMap((part) =>
        deployLabels(recipe, part).flatMap(({ key, at }): Hit[] => {
          const what = key.startsWith("backupbot.") ? wrong(recipe, key) : null;
          return what === null ? [] : [hitAt(part, ["deploy", "labels", at], what)];
        }),
      ),
  },
  {
    id: "T024",
    severity: "warn",
    asks: "a known database is dumped before a backup",
    fix: "Give its service a backupbot.backup.pre-hook that writes a dump: files that it writes to are no backup.",
    check: (recipe) =>
      [...servicesOf(recipe)].flatMap(([name, parts]) => {
        const part = parts.find(({ content }) => text(content["image"]) !== "");
        const database = databaseIn(fillIn(text(part?.content["image"]), recipe.env));
        const keeps = parts.some(({ content }) => list(content["volumes"]).length > 0);
        const keys = parts.flatMap((one) => deployLabels(recipe, one).map(({ key }) => key));
        if (part === undefined || database === undefined || !keeps) return [];
        if (keys.includes("backupbot.backup.pre-hook")) return [];
        return [
          hitAt(
            part,
            ["image"],
            `${name} is a database (${database.name}), and no pre-hook of it makes a dump.`,
          ),
        ];
      }),
  },
];

function wrong(recipe: LookedAt, key: string): string | null {
  if (known.has(key)) return null;
  if (key === "backupbot.backup.path")
    return "backupbot.backup.path is of the first version and read by few.";
  const volume = perVolume.exec(key)?.[1];
  if (volume === undefined) return `${key} is no label that backups know.`;
  return volumesOf(recipe).has(volume) ? null : `${key} names a volume that no service mounts.`;
}

function volumesOf(recipe: LookedAt): Set<string> {
  const mounted = recipe.parts.flatMap(({ content }) =>
    list(content["volumes"]).map((one) =>
      text(typeof one === "string" ? one.split(":")[0] : record(one)["source"]),
    ),
  );
  return new Set(mounted.filter((name) => /^[\w.-]+$/.test(name)));
}
