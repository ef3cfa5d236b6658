/** Starts that cannot succeed, tried again and again as systemd does: what is under way is left as it is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Transport } from "../../src/chat/transport.ts";
import { loadConfig, type Config } from "../../src/config.ts";
import { openDb } from "../../src/db/index.ts";
import { openHouse, openLog, type House, type HouseOptions } from "../../src/house/index.ts";

let folder: string;
let run: string;
const blocker: Server = createServer();
const houses: House[] = [];

const webOn = (port: number) => ({ listen: `127.0.0.1:${port}`, publicUrl: "http://localhost:8080" });

function settings(): Config {
  const file = path.join(folder, "tandem.yaml");
  const all = {
    people: { operators: [], maintainers: [{ name: "bo", matrixId: "@bo:demo" }] },
    web: webOn(0),
    docker: { socket: path.join(folder, "none") },
    diskFreeMb: 1,
  };
  writeFileSync(file, JSON.stringify(all));
  return loadConfig({}, file);
}

async function open(more: Partial<HouseOptions> = {}): Promise<House> {
  const house = await openHouse({ config: settings(), log: openLog("silent"), ...more });
  houses.push(house);
  return house;
}

/** How often the step that is under way was begun, and how it is. */
function step(): unknown {
  const db = openDb(path.join(folder, "data", "tandem.db"));
  const row = db.sqlite.prepare("select status, attempt from step where run = ? and key = 'look'").get(run);
  db.close();
  return row;
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "tandem-start-"));
  await new Promise<void>((up) => blocker.listen(0, "127.0.0.1", up));
  // The power is cut in the middle of the step.
  let begun = (): void => undefined;
  const isBegun = new Promise<void>((yes) => (begun = yes));
  const first = await open({
    probe(point) {
      if (point !== "step begun") return;
      begun();
      throw new Error("the power is cut");
    },
  });
  run = first.engine.start("watch-versions", {}, { askedBy: null, place: null }).runId;
  await isBegun;
  await first.stop();
});
afterEach(async () => {
  for (const house of houses.splice(0)) await house.stop();
  await new Promise((closed) => blocker.close(closed));
  rmSync(folder, { recursive: true, force: true });
});

test.each<[string, () => Partial<HouseOptions>, string]>([
  [
    "the port of the pages is taken",
    () => ({ config: { ...settings(), web: { ...settings().web, ...webOn(portTaken()) } } }),
    "web-port-taken",
  ],
  [
    "the time zone is none",
    () => ({ config: { ...settings(), web: { ...settings().web, timeZone: "Europe/Berln" } } }),
    "schedule-unreadable",
  ],
  ["the homeserver refuses the token", () => ({ chat: () => Promise.resolve(refused) }), "token-refused"],
  [
    "the door of the command line cannot be opened",
    () => {
      mkdirSync(path.join(folder, "data", "tandem.sock"));
      return {};
    },
    "ERR_FS_EISDIR",
  ],
])("a start begins no step when %s", async (_, wrong, code) => {
  const options = wrong();
  for (let n = 0; n < 3; n++) await expect(open(options)).rejects.toMatchObject({ code });
  expect(step()).toEqual({ status: "running", attempt: 1 });

  rmSync(path.join(folder, "data", "tandem.sock"), { recursive: true, force: true });
  const house = await open();
  expect((await house.engine.result(run)).status).toBe("done");
  await house.stop();
  expect(step()).toEqual({ status: "done", attempt: 2 });
});

test("what comes through a door while it is opened is looked at when the journal is taken up", async () => {
  const order: string[] = [];
  const log = openLog("silent");
  let answer: Promise<unknown> | undefined;
  log.info = (facts: { port?: number }, text?: string) => {
    order.push(text ?? "");
    if (text !== "pages are served") return;
    answer = fetch(`http://127.0.0.1:${facts.port}/healthz`).then(() => order.push("answered"));
  };
  await open({ log });
  await answer;
  expect(order).toEqual(["pages are served", "the journal is taken up", "answered"]);
});

function portTaken(): number {
  return (blocker.address() as AddressInfo).port;
}

const refused = {
  self: "@tandem:demo",
  start: () => Promise.reject(Object.assign(new Error("refused"), { code: "token-refused" })),
  stop: () => Promise.resolve(),
} as unknown as Transport;
