import { fillIn, readImage, type ImageName } from "../../image.ts";
import { text } from "../../yaml.ts";
import { hitAt } from "../look.ts";
import type { Hit, LookedAt, Rule } from "../types.ts";

const unstable = /^(latest|edge|main|master|develop|dev|nightly|unstable|next|canary|rolling|snapshot)$/i;
const semverLike = /^v?\d+(?:\.\d+){0,3}(?:[-.+_][\w.-]+)?$/;

export const abraImages: Rule[] = [
  {
    id: "R003",
    severity: "warn",
    asks: "every image has a tag",
    fix: "Name the version that was tested, such as nginx:1.29.3.",
    check: (recipe) =>
      each(recipe, ({ tag, digest }, image) =>
        tag === undefined && digest === undefined ? `${image} has no tag, which means latest.` : null,
      ),
  },
  {
    id: "R004",
    severity: "warn",
    asks: "no tag changes its meaning by itself",
    fix: "Name the version that was tested: what latest or main is changes without notice.",
    check: (recipe) =>
      each(recipe, ({ tag }, image) =>
        tag !== undefined && unstable.test(tag) ? `${image} is no fixed version.` : null,
      ),
  },
  {
    id: "R005",
    severity: "warn",
    asks: "tags read like versions",
    fix: "Use the tag that names the full version, so that older and newer can be told apart.",
    check: (recipe) =>
      each(recipe, ({ tag }, image) =>
        tag === undefined || unstable.test(tag) || semverLike.test(tag)
          ? null
          : `${image} has a tag that is no version.`,
      ),
  },
  {
    id: "T010",
    severity: "info",
    asks: "images are pinned by digest",
    fix: "Add @sha256:… behind the tag if the registry's word is not enough; Tandem pins what it finds at each deploy.",
    check: (recipe) =>
      each(recipe, ({ digest }, image) =>
        digest === undefined ? `${image} is not pinned by digest.` : null,
      ),
  },
];

/** Every image that is written out, once per place; those that only settings name cannot be looked at. */
function each(recipe: LookedAt, check: (name: ImageName, image: string) => string | null): Hit[] {
  return recipe.parts.flatMap((part) => {
    const image = fillIn(text(part.content["image"]), recipe.env).trim();
    const what = image === "" ? null : check(readImage(image), image);
    return what === null ? [] : [hitAt(part, ["image"], what)];
  });
}
