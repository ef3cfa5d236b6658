/** The whole house with a room in memory: what is typed goes in, what the room reads comes out. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, vi } from "vitest";
import { openConsole, type ConsoleTransport } from "../../src/chat/console.ts";
import type { DurableInbox } from "../../src/chat/inbox.ts";
import type { Incoming } from "../../src/chat/transport.ts";
import { loadConfig, type Config } from "../../src/config.ts";
import { MatrixId } from "../../src/core/terms.ts";
import { openHouse, openLog, type House } from "../../src/house/index.ts";
import { quietEngine, type QuietEngine } from "./quiet-engine.ts";

export const room = "!co-op:demo";
export const ana = MatrixId.parse("@ana:demo");
export const bo = MatrixId.parse("@bo:demo");
export const cleo = MatrixId.parse("@cleo:demo");
export const eve = MatrixId.parse("@eve:elsewhere");

export interface StageOptions {
  /** By name: a folder or a repository. */
  recipes?: Record<string, string>;
  /** More of tandem.yaml, as JSON. */
  settings?: Record<string, unknown>;
  /** The socket of Docker: by default an engine that manages an empty swarm and takes no orders. */
  socket?: string;
  /** The environment, for settings and secrets. */
  env?: Record<string, string>;
  /** A folder to go on in; removed with the stage all the same. */
  folder?: string;
}

export interface Stage {
  folder: string;
  config: Config;
  house: House;
  chat: ConsoleTransport;
  engine: QuietEngine;
  /** Says it and answers what the bot has said once everything rests: done, or waiting for people. */
  say(person: MatrixId, text: string, options?: Parameters<ConsoleTransport["say"]>[2]): Promise<string[]>;
  /** An event as a server would deliver it; true when it was new. */
  hear(event: Incoming): boolean;
  /** Resolves when nothing goes on by itself. */
  rest(): Promise<void>;
  /** Everything that a co-op owns, as rows: compare it before and after. */
  world(): unknown;
  rows(sql: string): Record<string, unknown>[];
  log(): string;
  stop(): Promise<void>;
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), "tandem-stage-"));
  const engine = await quietEngine(folder);
  const config = loadConfig(options.env ?? {}, settingsIn(folder, options, engine.socket));
  let chat: ConsoleTransport | undefined;
  let inbox: DurableInbox | undefined;
  const house = await openHouse({
    config,
    log: openLog("debug", path.join(folder, "log")),
    via: "console",
    defaultRoom: room,
    chat: (parts) => {
      inbox = parts.inbox;
      if (parts.people.byName("ana") === undefined)
        parts.people.add("config", { name: "ana" as never, matrixId: ana, displayName: "Ana" });
      const self = MatrixId.parse("@tandem:demo");
      chat = openConsole({ ...parts, self, rooms: [room], write: () => undefined });
      return Promise.resolve(chat);
    },
  });
  if (chat === undefined || inbox === undefined) throw new Error("no room was opened");
  return { folder, config, engine, chat, house, ...acting({ folder, chat, house, engine, inbox }) };
}

function settingsIn(folder: string, { recipes, settings, socket }: StageOptions, quiet: string): string {
  const file = path.join(folder, "tandem.yaml");
  const maintainers = [bo, cleo].map((matrixId) => ({ name: matrixId.slice(1, -5), matrixId }));
  const all = {
    people: { operators: maintainers.slice(1), maintainers },
    web: { listen: "127.0.0.1:0", publicUrl: "http://localhost:8080" },
    docker: { socket: socket ?? quiet },
    diskFreeMb: 1,
    recipes: recipes ?? {},
    ...settings,
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(all));
  return file;
}

type Acting = Pick<Stage, "say" | "hear" | "rest" | "world" | "rows" | "log" | "stop">;
interface Parts {
  folder: string;
  chat: ConsoleTransport;
  house: House;
  engine: QuietEngine;
  inbox: DurableInbox;
}

function acting({ folder, chat, house, engine, inbox }: Parts): Acting {
  const rows: Stage["rows"] = (sql) => house.db.sqlite.prepare(sql).all() as Record<string, unknown>[];
  const rests = (): boolean => {
    // Edits keep their pace; whatever else is to be said is said at once.
    const unsaid = rows("select 1 from outbox where state = 'queued' and kind <> 'edit'").length;
    const busy = house.engine.list({ open: true }).some((run) => run.waitsFor === null);
    return inbox.waiting() === 0 && unsaid === 0 && !busy;
  };
  const rest = async (): Promise<void> => {
    await vi.waitUntil(rests, { timeout: 20_000, interval: 5 });
    // What was woken by the last of it has its turn.
    await new Promise((turn) => setImmediate(turn));
    await vi.waitUntil(rests, { timeout: 20_000, interval: 5 });
  };
  return {
    rows,
    rest,
    hear: (event) => inbox.keep(event),
    async say(person, text, options) {
      const before = chat.board.all().length;
      chat.say(person, text, options);
      await rest();
      const said = chat.board.all().slice(before);
      return said.filter((one) => one.sender === chat.self).map((one) => one.text);
    },
    world: () => worldOf(rows),
    log: () => readFileSync(path.join(folder, "log"), "utf8"),
    async stop() {
      await house.stop();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const owned = ["member", "account", "role_held", "seat", "app", "deploy", "api_token", "approval", "voice"];

function worldOf(rows: Stage["rows"]): unknown {
  return Object.fromEntries(owned.map((table) => [table, rows(`select * from "${table}"`)]));
}

/**
 * That the room was told of a problem in three parts and of nothing else: exactly these lines, in words, without a
 * trace of code. `run` says that the letters of the run may follow.
 */
export function expectProblem(said: string[], lines: string[], { run = false } = {}): void {
  const text = said.at(-1) ?? "";
  const shown = run ? text.replace(/^@ana:demo: /, "").replace(/\nRun `[a-z]{5}`$/, "") : text;
  expect(shown.split("\n").filter((line) => line.trim() !== "")).toEqual(lines);
  expectWords(said);
}

/** No stack trace, no path of a source file, no name of an exception. */
export function expectWords(said: readonly string[]): void {
  for (const text of said) {
    expect(text).not.toMatch(/^\s*at .+[:(]\d+/m);
    expect(text).not.toMatch(/\.ts\b|node:internal|node_modules|\b\w*Error\b|undefined|\[object/);
  }
}
