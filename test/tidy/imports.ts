/**
 * Who may import whom (DESIGN: the house). Every folder of `src/`, `commands/` and `workflows/` has a row; a file
 * in a folder without a row is a breach, so that a new room is given its walls on the day it is built.
 */
import path from "node:path";
import type { Source } from "./sources.ts";

/** Rooms that any trade may use. */
const ground = ["core", "db", "audit", "people"];

interface Walls {
  /** Whole rooms, or single files of a room (`chat/message`, `workflow/types`). */
  may: string[];
  /** Node's own modules and npm packages that do I/O. */
  io: boolean;
}

export const table: Record<string, Walls> = {
  core: { may: [], io: false },
  db: { may: ["core"], io: true },
  audit: { may: ["core", "db"], io: false },
  people: { may: ["core", "db", "audit"], io: false },
  swarm: { may: [...ground, "recipes"], io: true },
  recipes: { may: ground, io: true },
  servers: { may: [...ground, "swarm"], io: true },
  outside: { may: ["core"], io: true },
  apps: { may: [...ground, "swarm", "recipes", "servers", "outside"], io: true },
  backups: { may: [...ground, "apps", "recipes", "swarm", "servers", "chat/message"], io: true },
  books: { may: [...ground, "chat/message"], io: true },
  collective: { may: [...ground, "chat/message"], io: true },
  billing: { may: [...ground, "chat/message"], io: true },
  registries: { may: ["core", "db"], io: true },
  upgrades: { may: [...ground, "apps", "recipes", "registries", "swarm", "chat/message"], io: true },
  work: { may: [...ground, "chat/message"], io: true },
  workflow: { may: ["core", "db", "audit", "chat/message"], io: true },
  approvals: { may: [...ground, "workflow", "chat/message", "chat/transport"], io: false },
  chat: { may: ["core", "db", "workflow/types"], io: true },
  router: {
    may: [...ground, "chat/message", "chat/transport", "workflow/define", "workflow/types", "approvals"],
    io: true,
  },
  commands: { may: ["core", "router/define", "chat/message", "workflows", "tools"], io: false },
  workflows: { may: ["core", "workflow/define", "chat/message", "workflows", "tools"], io: false },
  docs: { may: [], io: true },
  web: {
    may: [
      ...ground,
      "docs",
      "router",
      "approvals",
      "apps",
      "backups",
      "billing",
      "books",
      "collective",
      "recipes",
      "servers",
      "swarm",
      "work",
      "workflow/types",
      "chat/message",
      "chat/render",
      "docs",
    ],
    io: true,
  },
};

/** These know every room: they build and start the house. */
const everything = [
  "main",
  "quick-start",
  "never-used",
  "compile",
  "cli",
  "demo",
  "house",
  "config",
  "tools",
  "doctor",
];

/** Modules of Node that neither read nor write anything. */
const pureModules = new Set(["node:crypto", "node:util", "node:assert", "node:buffer"]);
const pureFiles = ["core"];

/** The breaches of one file, in words. */
export function breaches(source: Source): string[] {
  const room = roomOf(source.file);
  if (room === undefined || everything.includes(room)) return [];
  const walls = table[room];
  if (walls === undefined) return [`${source.file}: the folder ${room} has no row in the import table`];
  return importsOf(source.text).flatMap((name) => {
    if (name.startsWith(".")) return ours(source.file, room, walls, name);
    if (walls.io || pureModules.has(name) || !name.startsWith("node:")) return [];
    return [`${source.file}: ${room} may not use ${name}; hand in what it needs`];
  });
}

function ours(file: string, room: string, walls: Walls, name: string): string[] {
  const target = path.posix.join(path.posix.dirname(file), name);
  const there = roomOf(target);
  if (there === undefined || there === room) return [];
  const part = target.replace(/^src\//, "").replace(/\.ts$/, "");
  const allowed = walls.may.some((may) => may === there || may === part);
  if (!allowed) return [`${file}: ${room} may not import ${part}`];
  const byFile =
    walls.may.includes(part) || pureFiles.includes(there) || there === "workflows" || there === "tools";
  const face = /^[\w-]+\/(index|types|define)$/.test(part) || there === "db";
  return byFile || face ? [] : [`${file}: import ${there}/index.ts, not ${part}`];
}

function roomOf(file: string): string | undefined {
  const inSrc = /^src\/([\w-]+)/.exec(file);
  if (inSrc !== null) return inSrc[1];
  return /^(commands|workflows)\//.exec(file)?.[1];
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)].map((match) => match[1] ?? "");
}
