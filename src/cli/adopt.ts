import { homedir } from "node:os";
import path from "node:path";
import { handIn } from "../apps/index.ts";
import type { Config } from "../config.ts";
import type { DoorApp } from "../house/local-door.ts";
import { abraLocal, readAbraTree, serverMap, type AbraApp } from "./abra-tree.ts";
import { ask, throughDoor } from "./ask.ts";
import { ownOptions } from "./own-options.ts";

export const adoptUsage = `Usage: tandem adopt [--from FOLDER] [--map THEIRS=OURS]… [--dry-run]

Takes over the apps of abra's folder (default: ~/.abra/servers), one question each in the default room; a
maintainer agrees. Settings are kept byte for byte; nothing on the servers is changed.

  --map THEIRS=OURS  what abra calls THEIRS is the server OURS here; as often as needed
  --dry-run          only say what would be done`;

const options = {
  from: { type: "string" },
  map: { type: "string", multiple: true },
  "dry-run": { type: "boolean" },
} as const;

/** A room holds twenty open questions; the rest is asked when these are answered. */
const mostAtOnce = 15;

/** Hands abra's files in, one command each through the running server's door. 0 when nothing was left out. */
export async function adopt(
  config: Config,
  words: string[],
  as: string | undefined,
  print: (text: string) => void,
): Promise<number> {
  const values = ownOptions("adopt", words, options, adoptUsage);
  const from = values.from ?? path.join(homedir(), ".abra", "servers");
  const map = serverMap(values.map ?? [], adoptUsage);
  const { apps, odd } = readAbraTree(from, adoptUsage);
  const servers = (await throughDoor(config, "GET", "/servers")) as string[];
  const known = new Set(
    ((await throughDoor(config, "GET", "/apps")) as DoorApp[]).map(({ domain }) => domain),
  );
  const sorted = apps.map((app) => ({ app, server: serverFor(app, map, servers) }));
  const strange = new Set(sorted.flatMap(({ app, server }) => (server === undefined ? [app.server] : [])));
  const fresh = sorted.flatMap(({ app, server }) =>
    server === undefined || known.has(app.domain) ? [] : [{ app, server }],
  );
  for (const { app, server } of sorted) print(`${app.domain}: ${stateOf(app, server, known)}`);
  for (const file of odd) print(`${file}: left out, its name is no domain`);
  for (const name of strange) {
    print(
      `\nabra's server ${name} is not known here (known: ${servers.join(", ")}). Either it is one of these:`,
    );
    print(`  tandem adopt --from ${from} --map ${name}=${servers[0] ?? "local"}`);
    print(`or it is added first, in the room: server add ${name}`);
  }
  if (values["dry-run"] === true) {
    print(`\n${fresh.length} of ${apps.length} would be asked about; nothing was done.`);
    return strange.size > 0 ? 1 : 0;
  }
  const refused = await askForEach(config, fresh.slice(0, mostAtOnce), as, print);
  const left = fresh.length - mostAtOnce;
  if (left > 0) print(`\n${left} more wait: say it again when these questions are answered.`);
  return strange.size > 0 || refused > 0 ? 1 : 0;
}

function serverFor({ server }: AbraApp, map: Map<string, string>, servers: string[]): string | undefined {
  const name = map.get(server) ?? (server === abraLocal ? "local" : server);
  return servers.includes(name) ? name : undefined;
}

function stateOf(app: AbraApp, server: string | undefined, known: Set<string>): string {
  if (known.has(app.domain)) return "known here already";
  const where = server ?? `${app.server}, which is not known here`;
  return `${app.type === "" ? "a recipe that it does not name" : app.type} on ${where}`;
}

/** How many were refused at once. */
async function askForEach(
  config: Config,
  wanted: { app: AbraApp; server: string }[],
  as: string | undefined,
  print: (text: string) => void,
): Promise<number> {
  let refused = 0;
  for (const { app, server } of wanted) {
    handIn(config.dataDir, app.domain, app.text);
    const answer = await ask(config, ["app", "adopt", app.domain, "--server", server], as);
    print(`\n${answer.text}`);
    if (!answer.ok) refused++;
  }
  return refused;
}
