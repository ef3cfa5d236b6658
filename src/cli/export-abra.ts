import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { Config } from "../config.ts";
import type { DoorApp } from "../house/local-door.ts";
import { cliWordsUnfit } from "../core/problems/house.ts";
import { gitWith, type Git } from "../recipes/git.ts";
import { envValues, setEnv } from "../recipes/index.ts";
import { abraLocal, serverMap } from "./abra-tree.ts";
import { throughDoor } from "./ask.ts";
import { ownOptions } from "./own-options.ts";

const usage = `Usage: tandem export-abra FOLDER [--map OURS=THEIRS]…

Writes every app as abra keeps it, FOLDER/servers/<server>/<domain>.env with TYPE=recipe:version, readable for
you alone, and commits what has changed. FOLDER becomes a git repository if it is none.

  --map OURS=THEIRS  the server OURS is called THEIRS by abra (local is called default); as often as needed`;

const options = { map: { type: "string", multiple: true } } as const;

const author = {
  GIT_AUTHOR_NAME: "Tandem",
  GIT_AUTHOR_EMAIL: "tandem@localhost",
  GIT_COMMITTER_NAME: "Tandem",
  GIT_COMMITTER_EMAIL: "tandem@localhost",
};

/** Writes abra's tree of what the running server knows. Files of other apps are left alone and named. */
export async function exportAbra(
  config: Config,
  words: string[],
  print: (text: string) => void,
): Promise<number> {
  const [folder, ...rest] = words;
  if (folder === undefined || folder.startsWith("-")) {
    throw cliWordsUnfit({ what: "tandem export-abra: it needs a folder", usage });
  }
  const values = ownOptions("export-abra", rest, options, usage);
  const map = serverMap(values.map ?? [], usage);
  const apps = (await throughDoor(config, "GET", "/apps")) as DoorApp[];
  const root = path.resolve(folder);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const git = await repositoryAt(root);
  const written = new Map(apps.map((app) => [fileOf(app, map), textOf(app)]));
  for (const [file, text] of written) write(path.join(root, file), text);
  for (const file of envFiles(root).filter((one) => !written.has(one))) {
    print(`${file}: left alone, it is no app that is known here`);
  }
  const said = await commit(git, [...written.keys()]);
  print(`${apps.length} ${apps.length === 1 ? "app is" : "apps are"} in ${root}; ${said}`);
  return 0;
}

function fileOf({ server, domain }: DoorApp, map: Map<string, string>): string {
  const theirs = map.get(server) ?? (server === "local" ? abraLocal : server);
  return path.join("servers", theirs, `${domain}.env`);
}

/** The settings as they are, but for the pin: abra deploys again what TYPE (or RECIPE) says. */
function textOf({ recipe, version, chaos, env }: DoorApp): string {
  const values = envValues(env);
  const key = values["RECIPE"] === undefined ? "TYPE" : "RECIPE";
  const pin = chaos ?? version;
  const wanted = pin === null ? recipe : `${recipe}:${pin}`;
  return values[key] === wanted ? env : setEnv(env, key, wanted);
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text, { mode: 0o600 });
  // Settings may hold passwords, as with abra.
  chmodSync(file, 0o600);
}

function envFiles(root: string): string[] {
  const servers = path.join(root, "servers");
  return readdirSync(servers)
    .filter((name) => statSync(path.join(servers, name)).isDirectory())
    .flatMap((name) => readdirSync(path.join(servers, name)).map((file) => path.join("servers", name, file)))
    .filter((file) => file.endsWith(".env"));
}

async function repositoryAt(root: string): Promise<Git> {
  const plain = gitWith(author);
  const git: Git = (args) => plain(args, { cwd: root });
  if (!existsSync(path.join(root, ".git"))) await git(["init", "--quiet", "--initial-branch=main"]);
  return git;
}

async function commit(git: Git, files: string[]): Promise<string> {
  if (files.length > 0) await git(["add", "--", ...files]);
  const changed = (await git(["diff", "--cached", "--name-only", "-z", "--", "servers"]))
    .split("\0")
    .filter((name) => name !== "");
  if (changed.length === 0) return "nothing has changed since the last time.";
  const count = changed.length === 1 ? "1 app" : `${changed.length} apps`;
  await git(["commit", "--quiet", "-m", `${count} as Tandem has them`, "--", "servers"]);
  return `${count} changed, which is committed.`;
}
