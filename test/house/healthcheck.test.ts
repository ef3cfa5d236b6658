/** The HEALTHCHECK of the image, as Docker runs it: alive is what answers, well or not. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, get, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, test, expect } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { ServerName } from "../../src/core/terms.ts";
import { healthOf, sharedLook } from "../../src/house/health.ts";
import { doorPath } from "../../src/house/local-door.ts";
import type { Health } from "../../src/web/index.ts";
import { openStage } from "./stage.ts";

const dockerfile = readFileSync(path.join(import.meta.dirname, "../../Dockerfile"), "utf8");
const [, options = "", command = "[]"] = /^HEALTHCHECK (.*) \\\n {2}CMD (\[.*\])$/m.exec(dockerfile) ?? [];
const timeoutMs = Number(/--timeout=(\d+)s/.exec(options)?.[1]) * 1000;

/** What the check ends with when a Tandem answers in this way; null when it had not ended after `forMs`. */
async function checked(answer: RequestListener | null, forMs = 30_000): Promise<number | null> {
  const server = createServer(answer ?? (() => undefined));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.closeAllConnections();
      server.close(() => closed());
    });
  if (answer === null) await close();
  const [, ...args] = JSON.parse(command) as string[];
  const child = spawn(
    process.execPath,
    args.map((arg) => arg.replace("8080", String(port))),
  );
  const ended = new Promise<number | null>((told) => child.once("close", told));
  const code = await Promise.race([ended, pause(forMs, null)]);
  child.kill();
  await ended;
  if (answer !== null) await close();
  return code;
}

test("every answer is a sign of life, also the one that not all is well", async () => {
  expect(await checked((_, response) => void response.end("{}"))).toBe(0);
  const unwell: RequestListener = (request, response) => {
    response.statusCode = request.url === "/healthz" ? 503 : 404;
    response.end('{"ok":false}');
  };
  expect(await checked(unwell)).toBe(0);
});

test("where nobody listens or nobody answers there is none", async () => {
  expect(await checked(null)).toBe(1);
  expect(await checked(() => undefined, 2000)).toBeNull();
});

test("a server that does not answer takes less time than the check has", async () => {
  const clock = new FakeClock();
  const health = healthOf({
    transport: null,
    outbox: { refusedSince: () => 0 },
    servers: {
      list: () => [{ name: ServerName.parse("swarm-2") }],
      swarmOf: () => ({ check: () => new Promise<never>(() => undefined) }),
    },
    clock,
    engine: { stats: () => ({ open: 0, stranded: 0 }) as never },
    admission: { admit: () => undefined, freeMb: () => 1000 },
    reserveMb: 500,
  });
  await clock.turn(timeoutMs / 2);
  expect(await Promise.race([health, pause(1000, "still asking")])).toMatchObject({
    "server swarm-2": { ok: false, optional: true },
  });
});

test("one look answers all who ask meanwhile and for 2 s after it; one that fails answers nobody else", async () => {
  const clock = new FakeClock();
  let looks = 0;
  let done = (_health: Promise<Health>): void => undefined;
  const ask = sharedLook(() => {
    looks++;
    return new Promise((answered) => (done = answered));
  }, clock);
  const well: Health = { database: { ok: true, says: "1000 MB free" } };
  const both = Promise.all([ask(), ask()]);
  // However long it takes.
  await clock.turn(5000);
  const third = ask();
  done(Promise.resolve(well));
  expect([...(await both), await third]).toEqual([well, well, well]);
  await clock.turn(1999);
  expect(await ask()).toBe(well);
  expect(looks).toBe(1);
  // To whatever the clock is set meanwhile.
  clock.setTo(clock.now() - 86_400_000);
  await clock.turn(1);
  const failing = ask();
  done(Promise.reject(new Error("the database is closed")));
  await expect(failing).rejects.toThrow("closed");
  const again = ask();
  done(Promise.resolve(well));
  expect(await again).toBe(well);
  expect(looks).toBe(3);
});

test("the doors of a house share their looks: an engine is asked once", async () => {
  let asked = 0;
  const socket = path.join(mkdtempSync(path.join(tmpdir(), "tandem-health-")), "docker.sock");
  const broken = createServer((_, response) => {
    asked++;
    response.statusCode = 500;
    response.end("{}");
  });
  await new Promise<void>((listening) => broken.listen(socket, listening));
  const stage = await openStage({ socket });
  const before = asked;
  const page = `http://127.0.0.1:${stage.house.port}/healthz`;
  const door = new Promise((answered, failed) => {
    const socketPath = doorPath(stage.config.dataDir);
    get({ socketPath, path: "/health" }, (response) => response.resume().on("end", answered)).on(
      "error",
      failed,
    );
  });
  await Promise.all([door, ...Array.from({ length: 20 }, () => fetch(page).then((answer) => answer.text()))]);
  expect(asked - before).toBe(1);
  await stage.stop();
  await new Promise((closed) => broken.close(closed));
  rmSync(path.dirname(socket), { recursive: true });
});

describe("chat is well", () => {
  const clock = new FakeClock();
  const chat = async (lastSyncAt: number | null, more: { connected?: boolean; refused?: number } = {}) => {
    const health = await healthOf({
      transport: {
        health: () => ({
          ...{ connected: more.connected ?? true, lastSyncAt, outboxDepth: 3 },
          details: "as it is",
        }),
      } as never,
      outbox: { refusedSince: (ms) => (ms === clock.now() - 86_400_000 ? (more.refused ?? 0) : -1) },
      servers: { list: () => [], swarmOf: () => ({}) as never },
      clock,
      engine: { stats: () => ({ open: 0, stranded: 0 }) as never },
      admission: { admit: () => undefined, freeMb: () => 1000 },
      reserveMb: 500,
    });
    return health["chat"];
  };

  test("while something is heard; what was refused is told", async () => {
    await clock.turn(3_600_000);
    const says = "as it is; 3 messages wait to be sent";
    expect(await chat(clock.now() - 120_000)).toEqual({ ok: true, says });
    expect(await chat(clock.now(), { refused: 2 })).toEqual({
      ok: true,
      says: `${says}; 2 of the last day were refused`,
    });
  });

  test("not while it is connected and what is said there cannot be taken in", async () => {
    expect(await chat(clock.now() - 130_000)).toEqual({
      ok: false,
      says: "as it is; nothing was heard for 2 minutes; 3 messages wait to be sent",
    });
    expect(await chat(null, { connected: false })).toMatchObject({ ok: false });
  });
});
