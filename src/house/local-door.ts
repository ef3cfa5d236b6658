/**
 * A door for the command line on the machine itself: a unix socket in the data folder that only the account of
 * the server may open. Whoever can open it could read the database as well, so it speaks as an operator.
 */
import { rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import path from "node:path";
import { z } from "zod";
import { messageOf, Problem } from "../core/problem.ts";
import { newToken } from "../core/ids.ts";
import { redact, redactAll } from "../core/secret.ts";
import { dataFolderTooDeep, notRunningAs } from "../core/problems/house.ts";
import { booksAtDoor } from "./books-door.ts";
import type { HouseBooks } from "./books.ts";
import type { Apps } from "../apps/index.ts";
import type { Audit } from "../audit/index.ts";
import type { Parcels, SecretForms } from "../apps/index.ts";
import type { Collective } from "../collective/index.ts";
import { say } from "../chat/message.ts";
import { render } from "../chat/render.ts";
import type { People } from "../people/types.ts";
import type { Servers } from "../servers/index.ts";
import type { Speaker } from "../router/define.ts";
import type { Outcome, Router } from "../router/index.ts";
import type { Health } from "../web/index.ts";
import type { RunsView } from "../workflow/types.ts";

/** What Linux takes as the path of a unix socket (sun_path less its end). */
const longestSocketPath = 107;
/** A file may have 10 MB, and base64 needs four characters for three bytes. */
const largestBodyBytes = 15 * 1024 * 1024;
const Body = z.strictObject({
  line: z.string(),
  as: z.string().optional(),
  /** The value of a secret, for the form that the line asks for. It is in no command and no log. */
  secret: z.string().optional(),
  /** A file that the line puts in, in base64. */
  file: z.string().optional(),
});

/** An app as the command line takes it out: its settings as they are, for abra's folder. */
export interface DoorApp {
  domain: string;
  server: string;
  recipe: string;
  version: string | null;
  /** The commit that runs in place of a release. */
  chaos: string | null;
  env: string;
}

/** What the door answers to a command. */
export interface DoorAnswer {
  ok: boolean;
  text: string;
  json?: unknown;
  run?: string;
}

export interface DoorParts {
  dataDir: string;
  router: Pick<Router, "dispatch">;
  people: Pick<People, "byName" | "withRole">;
  runs: Pick<RunsView, "show">;
  audit: Pick<Audit, "verify">;
  servers: Pick<Servers, "list">;
  apps: Pick<Apps, "exported">;
  health: () => Promise<Health>;
  secretForms: Pick<SecretForms, "spend">;
  collective: Pick<Collective, "spendForm">;
  parcels: Pick<Parcels, "keep">;
  books: Pick<HouseBooks, "spool" | "forgetSpooled" | "reconcile" | "entries" | "journal">;
}

export function doorPath(dataDir: string): string {
  return path.join(dataDir, "tandem.sock");
}

/** Throws `data-folder-too-deep` when no door could be opened in this folder. */
export function assertSocketPath(dataDir: string): void {
  const socket = doorPath(dataDir);
  const bytes = Buffer.byteLength(socket);
  if (bytes > longestSocketPath) throw dataFolderTooDeep({ socket, bytes, most: longestSocketPath });
}

/** Opens the door; answers how to close it. */
export async function openLocalDoor(parts: DoorParts): Promise<() => Promise<void>> {
  const file = doorPath(parts.dataDir);
  assertSocketPath(parts.dataDir);
  rmSync(file, { force: true });
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/books/") === true) {
      booksAtDoor(parts.books, request, response);
      return;
    }
    handle(parts, request).then(
      (answer) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer)),
      (thrown: unknown) => response.writeHead(400).end(JSON.stringify(asAnswer(thrown))),
    );
  });
  const before = process.umask(0o177);
  try {
    await listen(server, file);
  } finally {
    process.umask(before);
  }
  return () =>
    new Promise((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
}

async function handle(parts: DoorParts, request: IncomingMessage): Promise<unknown> {
  const url = request.url ?? "";
  if (request.method === "GET" && url === "/health") return parts.health();
  if (request.method === "GET" && url === "/verify-audit") return parts.audit.verify();
  if (request.method === "GET" && url === "/servers") return parts.servers.list().map(({ name }) => name);
  if (request.method === "GET" && url === "/apps") return parts.apps.exported() satisfies DoorApp[];
  const run = /^\/runs\/([a-z]{5})$/.exec(url)?.[1];
  if (request.method === "GET" && run !== undefined) return parts.runs.show(run) ?? null;
  const { line: said, as, secret, file } = Body.parse(JSON.parse(await bodyOf(request)));
  // The file's name on the command line means nothing here: the command gets the parcel in its place.
  const line =
    file === undefined ? said : withParcel(said, parts.parcels.keep(newToken(), Buffer.from(file, "base64")));
  const name = as ?? parts.people.withRole("operator")[0]?.name;
  const member = name === undefined ? undefined : parts.people.byName(name);
  if (member === undefined) throw notRunningAs({ name: name ?? "an operator" });
  const by: Speaker = {
    member,
    matrixId: member.matrixIds[0] ?? null,
    via: "cli",
    trust: "verified",
    place: null,
  };
  const outcome = await parts.router.dispatch(line, by);
  if (outcome.kind === "private" && secret !== undefined) {
    return answerOf(await putIn(parts, render(outcome.message).body, secret, by));
  }
  return answerOf(outcome);
}

function withParcel(line: string, parcel: string): string {
  return line.replace(/--put(?:=| +)(?:"(?:[^"\\]|\\.)*"|\S+)/, `--put=${parcel}`);
}

/** Spends the form that was just made for this, so that nobody needs to open it. */
async function putIn(parts: DoorParts, made: string, value: string, by: Speaker): Promise<Outcome> {
  const token = /\/secret\?token=([\w-]+)/.exec(made)?.[1] ?? "";
  const own = /\/collective-token\?token=([\w-]+)/.exec(made)?.[1];
  try {
    if (own !== undefined) {
      const { member, slug } = await parts.collective.spendForm(own, value);
      const whose =
        slug === null ? "Open Collective does not answer now, so it was not tried out" : `of ${slug} there`;
      return { kind: "answer", message: say(`The token of ${member} is put in (${whose}).`) };
    }
    const { app, secret, version, rotates } = await parts.secretForms.spend(token, value);
    if (rotates) {
      const words = ["app", "secret", "rotate", app, secret, "--inserted"];
      return await parts.router.dispatch({ words }, by);
    }
    return { kind: "answer", message: say(`${secret} of ${app} is put in, as version ${version}.`) };
  } catch (thrown) {
    if (thrown instanceof Problem) return { kind: "problem", problem: thrown };
    throw thrown;
  }
}

function answerOf(outcome: Outcome): DoorAnswer {
  switch (outcome.kind) {
    case "answer":
      return {
        ok: true,
        text: render(outcome.message).body,
        json: redactAll(outcome.json),
      } satisfies DoorAnswer;
    case "private":
      return { ok: true, text: render(outcome.message).body } satisfies DoorAnswer;
    case "started":
      return { ok: true, text: render(outcome.message).body, run: outcome.runId } satisfies DoorAnswer;
    case "problem":
      return asAnswer(outcome.problem);
  }
}

function asAnswer(thrown: unknown): DoorAnswer {
  if (!(thrown instanceof Problem)) return { ok: false, text: redact(messageOf(thrown)) };
  const { happened, means, remedy } = thrown.text;
  return { ok: false, text: redact(`${happened}\n${means}\n${remedy}`), json: redactAll(thrown) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBodyBytes) throw new RangeError("the request is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function listen(server: Server, file: string): Promise<void> {
  return new Promise((listening, failed) => {
    server.once("error", failed);
    server.listen(file, listening);
  });
}
