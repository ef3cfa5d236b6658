/**
 * Every route of Stripe's API, read from the SDK that is installed: each method of its compiled resources names its
 * verb and its path.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const sdk = path.join(import.meta.dirname, "../../../node_modules/stripe");
const resources = path.join(sdk, "esm/resources");

export interface Route {
  /** `POST /v1/invoices/{}/finalize`. */
  name: string;
  verb: string;
  pattern: RegExp;
  /** Where its types are: the declarations of a resource, and the method there. */
  declarations: string;
  method: string;
}

/** All of them, 651 in 23.1.0; those whose path has no blanks come first, so that `search` is no id. */
export function readRoutes(): Route[] {
  const files = readdirSync(resources, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".js"),
  );
  const routes = files.flatMap((file) => routesIn(path.join(resources, file)));
  const blanks = ({ name }: Route): number => name.split("{}").length;
  return routes.sort((a, b) => blanks(a) - blanks(b) || (a.name < b.name ? -1 : 1));
}

function routesIn(file: string): Route[] {
  const found: Route[] = [];
  let method = "";
  for (const line of readFileSync(file, "utf8").split("\n")) {
    method = /^ {4}(\w+)\(.*\) \{$/.exec(line)?.[1] ?? method;
    const call = /_makeRequest\('([A-Z]+)', ['`](\/v\d[^'`]*)['`]/.exec(line);
    if (call === null) continue;
    const [, verb = "", template = ""] = call;
    const shape = template.replaceAll(/\$\{[^}]+\}/g, "{}");
    found.push({
      name: `${verb} ${shape}`,
      verb,
      pattern: new RegExp(`^${shape.replaceAll(".", "\\.").replaceAll("{}", "([^/]+)")}$`),
      declarations: file.replace(/\.js$/, ".d.ts"),
      method,
    });
  }
  return found;
}
