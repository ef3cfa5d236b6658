import { record, text } from "../../yaml.ts";
import { deployLabels, hitAt, placeOf, servicesOf } from "../look.ts";
import type { LookedAt, Rule } from "../types.ts";

/** Recipes of this kind are no pages for people: nothing leads to them through the proxy. */
const withoutPage = /util|infra|tool/i;

export const abraCompose: Rule[] = [
  {
    id: "R001",
    severity: "warn",
    asks: 'every compose file says version: "3.8"',
    fix: 'Write version: "3.8" at its top, in all of them.',
    check: ({ compose }) =>
      compose.flatMap((file) => {
        const version = text(file.content["version"]);
        const what = version === "" ? "It says no version." : `It says version ${version}.`;
        return version === "3.8" ? [] : [{ where: placeOf(file, ["version"]), what }];
      }),
  },
  {
    id: "R002",
    severity: "warn",
    asks: "every service has a healthcheck",
    fix: "Add a healthcheck that asks the program itself; without one a deploy cannot tell whether it came up.",
    check: (recipe) =>
      [...servicesOf(recipe)].flatMap(([name, parts]) => {
        const [first] = parts;
        const has = parts.some(({ content }) => Object.keys(record(content["healthcheck"])).length > 0);
        return has || first === undefined ? [] : [hitAt(first, [], `${name} has no healthcheck.`)];
      }),
  },
  {
    id: "R009",
    severity: "error",
    asks: "one service is called app",
    fix: "Call the main service app: labels, commands and backups look for it by that name.",
    check: ({ parts }) =>
      parts.some(({ service }) => service === "app")
        ? []
        : [{ where: "compose.yml", what: "No service is called app." }],
  },
  {
    id: "R010",
    severity: "error",
    asks: "the app is reached through Traefik (not asked of recipes without pages)",
    fix: "Under deploy.labels: traefik.enable=true, traefik.http.routers.${STACK_NAME}.rule=Host(`${DOMAIN}`).",
    check: checkRouting,
  },
  {
    id: "R011",
    severity: "error",
    asks: "every service has an image",
    fix: "Name the image; Swarm builds none.",
    check: (recipe) =>
      [...servicesOf(recipe)].flatMap(([name, parts]) => {
        const [first] = parts;
        const has = parts.some(({ content }) => text(content["image"]) !== "");
        // An overlay may add to a service of an overlay that is not here.
        const isOwn = parts.some(({ file }) => file.path === "compose.yml");
        return has || first === undefined || !isOwn ? [] : [hitAt(first, [], `${name} has no image.`)];
      }),
  },
];

function checkRouting(recipe: LookedAt): ReturnType<Rule["check"]> {
  if (recipe.recipe === "traefik") return { skipped: "this is the proxy itself" };
  const category =
    /\*\*Category\*\*:\s*(.*)/i.exec((recipe.files.get("README.md") ?? "").slice(0, 64_000))?.[1] ?? "";
  if (withoutPage.test(category)) return { skipped: `its README says the category ${category.trim()}` };
  if (recipe.parts.some(({ content }) => Array.isArray(content["ports"])))
    return { skipped: "it publishes ports of its own" };
  const isRouted = recipe.parts.some((part) =>
    deployLabels(recipe, part).some(({ key }) => /^traefik\.(http|tcp|udp)\.routers\./.test(key)),
  );
  return isRouted
    ? []
    : [{ where: "compose.yml", what: "No service has a router of Traefik under deploy.labels." }];
}
