/** abra's folder of apps: `<server>/<domain>.env`, and what is said of a file when nothing but it is known. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { cliWordsUnfit } from "../core/problems/house.ts";
import { AppDomain } from "../core/terms.ts";
import { envValues } from "../recipes/index.ts";

export interface AbraApp {
  /** As abra calls it: the folder's name. */
  server: string;
  domain: AppDomain;
  file: string;
  text: string;
  /** `nextcloud:5.1.0+29.0.1`, as TYPE or RECIPE has it. */
  type: string;
}

/** abra's name for the server on the machine itself. */
export const abraLocal = "default";

/** Every app file of the folder; files whose names are no domain are named apart. */
export function readAbraTree(dir: string, usage: string): { apps: AbraApp[]; odd: string[] } {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) {
    throw cliWordsUnfit({ what: `there is no folder ${dir}`, usage });
  }
  const apps: AbraApp[] = [];
  const odd: string[] = [];
  for (const server of readdirSync(dir).sort()) {
    const folder = path.join(dir, server);
    // A server may be a link into a repository of its own.
    if (server.startsWith(".") || !statSync(folder).isDirectory()) continue;
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith(".env")) continue;
      const file = path.join(folder, name);
      const domain = AppDomain.safeParse(name.slice(0, -".env".length));
      if (!domain.success || !statSync(file).isFile()) odd.push(file);
      else apps.push(read(server, domain.data, file));
    }
  }
  return { apps, odd };
}

function read(server: string, domain: AppDomain, file: string): AbraApp {
  const text = readFileSync(file, "utf8");
  const said = envValues(text);
  return { server, domain, file, text, type: said["RECIPE"] ?? said["TYPE"] ?? "" };
}

/** `--map swarm.example.coop=local`, as often as there are servers. */
export function serverMap(words: readonly string[], usage: string): Map<string, string> {
  return new Map(
    words.map((word): [string, string] => {
      const [theirs = "", ours = "", ...more] = word.split("=");
      if (theirs === "" || ours === "" || more.length > 0) {
        throw cliWordsUnfit({ what: `--map ${word}: it takes <abra's name>=<name here>`, usage });
      }
      return [theirs, ours];
    }),
  );
}
