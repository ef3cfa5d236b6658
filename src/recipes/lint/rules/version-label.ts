import { RecipeVersion } from "../../../core/terms.ts";
import { deployLabels, hitAt, someStack } from "../look.ts";
import type { Hit, LookedAt, Rule, ServicePart } from "../types.ts";

interface Labelled {
  part: ServicePart;
  at: string | number;
  value: string;
}

const fix =
  "Run `tandem recipe sync <dir>`: it writes coop-cloud.${STACK_NAME}.version=<version>+<image tag> on app.";

export const versionLabel: Rule[] = [
  {
    id: "T017",
    severity: "error",
    asks: "the service app says the recipe's version",
    fix,
    check(recipe) {
      const found = labelsOf(recipe, "version");
      const [first] = found;
      if (first === undefined) {
        const isOld = labelsOf(recipe, "app.version").length > 0;
        return isOld ? [] : [{ where: "compose.yml", what: "No service says the version of the recipe." }];
      }
      return found.flatMap(({ part, at, value }): Hit[] => {
        const what = wrong(part.service, value);
        return what === null ? [] : [hitAt(part, ["deploy", "labels", at], what)];
      });
    },
  },
  {
    id: "T018",
    severity: "warn",
    asks: "the tag and the label say the same version",
    fix,
    check(recipe) {
      if (recipe.version === null) return { skipped: "a working copy has no tag yet" };
      return labelsOf(recipe, "version")
        .filter(({ value }) => value !== recipe.version)
        .map(({ part, at, value }) =>
          hitAt(
            part,
            ["deploy", "labels", at],
            `The tag says ${recipe.version ?? ""}, the label ${value || "nothing"}.`,
          ),
        );
    },
  },
];

function labelsOf(recipe: LookedAt, name: string): Labelled[] {
  const wanted = `coop-cloud.${someStack}.${name}`;
  return recipe.parts.flatMap((part) =>
    deployLabels(recipe, part)
      .filter(({ key }) => key === wanted)
      .map(({ at, value }) => ({ part, at, value })),
  );
}

function wrong(service: string, value: string): string | null {
  if (service !== "app") return `${service} says the version, where nobody looks for it.`;
  if (value === "") return "The version is empty.";
  if (!RecipeVersion.safeParse(value).success) return `${value} is no version of a recipe.`;
  return value.includes("+") ? null : `${value} does not say which version of the program it brings.`;
}
