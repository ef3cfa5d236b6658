import type { Hit, Rule } from "../types.ts";

/** Not `{{ env "X" }}`, which a config means, nor `{{ .Service.Name }}`, which Swarm fills in. */
const placeholders = [
  /\{\{\s*\.(?:Name|Description|Category|Author|GitName|GitEmail)\s*\}\}/,
  /\bexample_com\b/,
];

export const leftovers: Rule[] = [
  {
    id: "T019",
    severity: "warn",
    asks: "nothing of the template it was made from is left",
    fix: "Write what is meant in its place, or remove the file that nobody uses.",
    check: ({ files }) =>
      [...files]
        .filter(([path]) => !/\.tmpl$|^LICENSE/.test(path))
        .flatMap(([path, content]) =>
          content.split("\n").flatMap((line, index): Hit[] => {
            const found = placeholders.map((shape) => shape.exec(line)?.[0]).find((one) => one !== undefined);
            return found === undefined
              ? []
              : [{ where: `${path}:${index + 1}`, what: `${found} is still there.` }];
          }),
        ),
  },
];
