/**
 * `npm run demo`: the real Tandem with a room in this terminal, pages on localhost and the local Docker Engine.
 * Without a terminal it plays its own script and ends 0 only if the deployed page answers.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  lookOf,
  openConsole,
  openTerminal,
  openTyped,
  paintBody,
  type ConsoleTransport,
} from "./chat/console.ts";
import { tellEnd } from "./cli/tell-end.ts";
import { loadConfig } from "./config.ts";
import { takeBooks } from "./demo/books.ts";
import { assertAtRest, clean, takeOld } from "./demo/clean.ts";
import { findEngine } from "./demo/engine.ts";
import { firstHint, guide } from "./demo/guide.ts";
import { buildImage } from "./demo/image.ts";
import {
  ana,
  app,
  bo,
  cleo,
  dana,
  demoSettings,
  emil,
  dockerSocket,
  room,
  settleIn,
  tandem,
} from "./demo/people.ts";
import { playScript } from "./demo/script.ts";
import { openHouse, openLog, type House } from "./house/index.ts";

const root = path.join(import.meta.dirname, "..");
const recipe = path.join(root, "recipes/custom-html");
const usualPort = 8080;
const pageUrl = "http://localhost:8091";

const { values } = parseArgs({
  options: {
    "no-install": { type: "boolean" },
    clean: { type: "boolean" },
    script: { type: "boolean" },
    folder: { type: "string", default: path.join(root, ".demo") },
  },
  args: process.argv.slice(2).filter((word) => word !== "demo"),
});
const scripted = values.script === true || !process.stdin.isTTY;
const home = path.resolve(values.folder);
const folder = path.join(home, scripted ? "script" : "room");
const terminal = openTerminal({ input: process.stdin, output: process.stdout });
const look = lookOf(process.stdout);

function say(text: string): void {
  const lines = paintBody({ colours: false, width: look.width }, text, [], "  ").join("\n");
  terminal.write(look.colours ? `\n\u001b[35m${lines}\u001b[0m\n\n` : `\n${lines}\n\n`);
}

async function run(): Promise<number> {
  const mayInstall = values["no-install"] !== true;
  if (values.clean === true) return clean(home, dockerSocket, say);
  await assertAtRest(folder);
  // A script begins at the beginning; a room goes on where it was left.
  if (scripted) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const settings = path.join(folder, "tandem.yaml");
  writeFileSync(settings, demoSettings(recipe, await freePort(usualPort)));
  const config = loadConfig({}, settings);
  const wish = { socketPath: config.docker.socket, folder: home, mayInstall, say };
  const docker = await findEngine(wish);
  if (docker !== undefined) {
    if (scripted) await takeOld(config.docker.socket);
    await buildImage(docker, path.join(recipe, "image"), mayInstall);
  } else if (scripted) return 1;

  let rooms: ConsoleTransport | undefined;
  const house = await openHouse({
    config,
    log: openLog(config.logLevel, path.join(folder, "log")),
    via: "console",
    prefix: "!tandem",
    defaultRoom: room,
    chat: ({ db, clock, inbox, outbox, people }) => {
      settleIn(people);
      rooms = openConsole({
        db,
        clock,
        inbox,
        outbox,
        self: tandem,
        rooms: [room],
        write: (text) => terminal.write(text),
        look,
      });
      return Promise.resolve(rooms);
    },
  });
  if (rooms === undefined) throw new Error("the house opened no room");
  await takeBooks(folder, config).catch(async (thrown: unknown) => {
    await house.stop();
    throw thrown;
  });
  return scripted ? playAlone(house, rooms) : beThere(house, rooms, docker !== undefined);
}

async function playAlone(house: House, rooms: ConsoleTransport): Promise<number> {
  // What is left to be said is said when the house stops, so the last word comes after it.
  const answered = await playScript({ room: rooms, say, pageUrl }).finally(() => house.stop());
  if (answered) say(`${app} goes on running. To take it off: npm run demo -- --clean`);
  return answered ? 0 : 1;
}

async function beThere(house: House, rooms: ConsoleTransport, withEngine: boolean): Promise<number> {
  const begins = house.engine.list({ limit: 1 }).length === 0;
  say(
    [
      `This is Tandem. The room is this terminal, the pages are on http://localhost:${house.port}`,
      "Five people are here: Ana, a member; Bo and Cleo, maintainers; Dana and Emil, who keep the money with Cleo.",
      "/as bo speaks as Bo, /help tells the rest. You are Ana.",
      "",
      firstHint(withEngine, begins),
    ].join("\n"),
  );
  const stopGuide = guide(rooms, { pageUrl, begins, withEngine }, say);
  await terminal.run(openTyped({ console: rooms, persons: [ana, bo, cleo, dana, emil], prefix: "!tandem" }));
  stopGuide();
  await house.stop();
  say(
    "Everything is kept in .demo/\nTo go on from here: npm run demo\nTo take it all away: npm run demo -- --clean",
  );
  return 0;
}

/** The wished port if nobody listens on it, else any free one. */
function freePort(wished: number): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once("error", () => (wished === 0 ? failed(new Error("no free port")) : found(freePort(0))));
    probe.listen(wished, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => found(typeof address === "object" && address !== null ? address.port : wished));
    });
  });
}

try {
  process.exitCode = await run();
} catch (thrown) {
  tellEnd(thrown);
  process.exitCode = 1;
}
