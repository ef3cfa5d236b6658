import { isScalar, visit } from "yaml";
import { list, record, text, type YamlFile } from "../../yaml.ts";
import { placeOf, servicesOf } from "../look.ts";
import type { Hit, Rule } from "../types.ts";

/** `$NAME` without braces that runs into one of the signs for a default (facts: swarm §2.3). */
const trap = /(?<!\$)(?:\$\$)*\$([A-Za-z_]\w*)(:?[-?])/;

export const interpolation: Rule[] = [
  {
    id: "T020",
    severity: "error",
    asks: "no $NAME-suffix without braces",
    fix: "Write ${NAME}-suffix: without braces what follows is taken for a default, and vanishes once NAME is set.",
    check: ({ compose }) => compose.flatMap(suffixes),
  },
  {
    id: "T021",
    severity: "warn",
    asks: "overlays add no second port without a published one to a service",
    fix: "Say published on each port: of several without it only the last survives the merge of two files.",
    check: (recipe) =>
      [...servicesOf(recipe)].flatMap(([name, parts]): Hit[] => {
        const open = parts.flatMap((part) =>
          list(part.content["ports"])
            .filter((port) => !isPublished(port))
            .map(() => part),
        );
        const [, second] = open;
        const files = new Set(open.map(({ file }) => file));
        if (second === undefined || files.size < 2) return [];
        const last = open.at(-1) ?? second;
        const where = placeOf(last.file, ["services", name, "ports"]);
        return [
          { where, what: `${name} has ${open.length} ports without a published one in ${files.size} files.` },
        ];
      }),
  },
];

function suffixes(file: YamlFile): Hit[] {
  const hits: Hit[] = [];
  visit(file.document, {
    Scalar(key, node) {
      // Keys are not filled in.
      if (key === "key" || !isScalar(node) || typeof node.value !== "string") return;
      const [, name, sign] = trap.exec(node.value) ?? [];
      if (name === undefined) return;
      hits.push({
        where: `${file.path}:${file.lineAt(node.range?.[0] ?? 0)}`,
        what: `$${name}${sign ?? ""}… has no braces.`,
      });
    },
  });
  return hits;
}

function isPublished(port: unknown): boolean {
  if (typeof port === "object") return text(record(port)["published"]) !== "";
  return /:/.test(text(port).replace(/\$\{[^}]*\}/g, "0"));
}
