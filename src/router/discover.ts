import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "../core/problem.ts";
import { houseNotInOrder } from "../core/problems/router.ts";
import type { Workflow } from "../workflow/define.ts";
import { faultsOf } from "./checks.ts";
import type { Command } from "./define.ts";

export interface Folders {
  /** Folders of commands: the house's own, then those of the co-op. */
  commands: readonly string[];
  workflows: readonly string[];
  /** Workflows that no command starts because a schedule does, by name. */
  startedOtherwise?: readonly string[];
}

export interface Discovered {
  /** By wording: commands/app/deploy.ts is `app deploy`. */
  commands: ReadonlyMap<string, Command>;
  /** By path: workflows/deploy.ts is `deploy`, workflows/books/close.ts is `books close`. */
  workflows: ReadonlyMap<string, Workflow<never>>;
}

/** What several commands or workflows share lies in folders of this name; it is neither. */
const partsFolder = "parts";

interface Found<T> {
  name: string;
  file: string;
  value: T;
}

/** Reads the folders. Throws `house-not-in-order` with every fault that it finds, so that none starts half-way. */
export async function discover(folders: Folders): Promise<Discovered> {
  const faults: string[] = [];
  const commands = await load(folders.commands, isCommand, "command", faults);
  const workflows = await load(folders.workflows, isWorkflow, "workflow", faults);
  const byName = new Map(commands.map(({ name, value }) => [name, value]));
  faults.push(...faultsOf(byName));
  const started = await startedBy(folders, commands, workflows);
  for (const { name, file } of workflows)
    if (!started.has(file) && folders.startedOtherwise?.includes(name) !== true)
      faults.push(
        `${name}: nobody starts this workflow (${file}): no command imports it, no schedule names it`,
      );
  for (const name of folders.startedOtherwise ?? [])
    if (!workflows.some((one) => one.name === name))
      faults.push(`${name}: a schedule names this workflow, which is missing`);
  if (faults.length > 0) throw houseNotInOrder({ faults });
  return { commands: byName, workflows: new Map(workflows.map(({ name, value }) => [name, value])) };
}

async function load<T>(
  folders: readonly string[],
  isOne: (value: unknown) => value is T,
  kind: string,
  faults: string[],
): Promise<Found<T>[]> {
  const found: Found<T>[] = [];
  for (const folder of folders) {
    for (const inner of await filesIn(folder)) {
      const file = path.join(folder, inner);
      const name = inner.replace(/\.ts$/, "").split(path.sep).join(" ");
      const value = await defaultOf(file, faults);
      if (value === undefined) continue;
      const twin = found.find((other) => other.name === name);
      if (!/^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)*$/.test(name))
        faults.push(`${file}: its path is no wording in small letters`);
      else if (twin !== undefined) faults.push(`${name}: both ${twin.file} and ${file} answer to it`);
      else if (isOne(value.value)) found.push({ name, file, value: value.value });
      else faults.push(`${file}: its default export is no ${kind}({ … })`);
    }
  }
  return found;
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .filter((name) => !name.split(path.sep).slice(0, -1).includes(partsFolder))
    .sort();
}

async function defaultOf(file: string, faults: string[]): Promise<{ value: unknown } | undefined> {
  try {
    const module = (await import(pathToFileURL(path.resolve(file)).href)) as { default?: unknown };
    return { value: module.default };
  } catch (thrown) {
    faults.push(`${file}: it cannot be loaded: ${messageOf(thrown)}`);
    return undefined;
  }
}

/** The workflow files that commands import, and those that these import in turn (children), also by way of parts. */
async function startedBy(
  folders: Folders,
  commands: Found<unknown>[],
  workflows: Found<unknown>[],
): Promise<Set<string>> {
  const roots = [...folders.commands, ...folders.workflows].map((folder) => path.resolve(folder) + path.sep);
  const all = new Map(workflows.map(({ file }) => [path.resolve(file), file]));
  const started = new Set<string>();
  const seen = new Set<string>();
  const open = commands.map(({ file }) => file);
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const text = await readFile(file, "utf8");
    for (const [, imported = ""] of text.matchAll(/\bfrom\s*["'](\.[^"']+)["']/g)) {
      const target = path.resolve(path.dirname(file), imported);
      if (seen.has(target) || !roots.some((root) => target.startsWith(root))) continue;
      seen.add(target);
      open.push(target);
      const workflow = all.get(target);
      if (workflow !== undefined) started.add(workflow);
    }
  }
  return started;
}

function isCommand(value: unknown): value is Command {
  return (
    isRecord(value) &&
    value["kind"] === "command" &&
    typeof value["run"] === "function" &&
    isRecord(value["args"])
  );
}

function isWorkflow(value: unknown): value is Workflow<never> {
  return isRecord(value) && value["kind"] === "workflow" && typeof value["run"] === "function";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
