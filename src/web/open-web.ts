import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { againWhenItFails, durationMs } from "../core/clock.ts";
import { messageOf } from "../core/problem.ts";
import { portTaken } from "../core/problems/house.ts";
import { webApp } from "./app.ts";
import type { WebEnv } from "./env.ts";
import { openSessions } from "./sessions.ts";
import type { WebParts } from "./types.ts";

export interface Web {
  /** Listens; answers the port. Throws `web-port-taken`. */
  start(): Promise<{ port: number }>;
  /** Takes no more requests, lets those under way end (2 s at most), closes. */
  stop(): Promise<void>;
  /** The app without a server, for tests: `app.request("/apps")`. */
  readonly app: Hono<WebEnv>;
}

const sweepEveryMs = durationMs("1d");
const graceMs = 2000;
/** Slow senders do not hold a connection for ever. */
const requestTimeoutMs = 30_000;

/**
 * Makes the pages, sign-in and the JSON API from the parts of the house. Throws `public-url-insecure` when
 * people would reach them over plain http from elsewhere.
 */
export function openWeb(parts: WebParts): Web {
  const sessions = openSessions(parts);
  const app = webApp(parts, sessions);
  let server: Server | undefined;
  let stopSweeping = (): void => undefined;
  const failed = (thrown: unknown): void =>
    parts.log.error({ err: thrown }, "sessions that are over could not be deleted; it is tried again");
  const sweep = againWhenItFails(
    parts.clock,
    () => {
      sessions.sweep();
      stopSweeping = parts.clock.after(sweepEveryMs, sweep);
    },
    failed,
    (takeBack) => (stopSweeping = takeBack),
  );
  return {
    app,
    async start() {
      server = await listen(app, parts);
      sweep();
      const { port } = server.address() as AddressInfo;
      parts.log.info({ port, publicUrl: parts.settings.publicUrl }, "pages are served");
      return { port };
    },
    async stop() {
      stopSweeping();
      const open = server;
      server = undefined;
      if (open !== undefined) await close(open);
    },
  };
}

const reasons: Record<string, string> = {
  EADDRINUSE: "the port is taken",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "this account may not listen there",
  ENOTFOUND: "nobody knows a machine of that name",
};

function listen(app: Hono<WebEnv>, { settings }: WebParts): Promise<Server> {
  const { host, port } = settings.listen;
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.requestTimeout = requestTimeoutMs;
  server.headersTimeout = requestTimeoutMs;
  return new Promise((done, failed) => {
    server.once("error", (thrown: NodeJS.ErrnoException) => {
      const reason = reasons[thrown.code ?? ""] ?? messageOf(thrown);
      failed(portTaken({ listen: `${host}:${port}`, reason }, thrown));
    });
    server.listen(port, host.replace(/^\[|\]$/g, ""), () => done(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((done) => {
    const hurry = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(hurry);
      done();
    });
    server.closeIdleConnections();
  });
}
