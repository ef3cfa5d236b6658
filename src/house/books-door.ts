/** The local door's way for what is too large for a command: files for the books, and the books as JSON. */
import { createWriteStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { journalFormats, reconciledJson } from "../books/index.ts";
import { messageOf } from "../core/problem.ts";
import type { HouseBooks } from "./books.ts";

type Parts = Pick<HouseBooks, "spool" | "forgetSpooled" | "reconcile" | "entries" | "journal">;

/**
 * `POST /books/spool` keeps the body as a file and answers the token that a command names it by; `DELETE
 * /books/spool/<token>` throws it away; `GET /books/reconciled` is the run of the books and the whole ledger; `GET
 * /books/journal/<format>[/<month>]` is the ledger for other programs.
 */
export function booksAtDoor(books: Parts, request: IncomingMessage, response: ServerResponse): void {
  answer(books, request, response).catch((thrown: unknown) => {
    if (response.headersSent) response.destroy();
    else response.writeHead(400).end(JSON.stringify({ ok: false, text: messageOf(thrown) }));
  });
}

async function answer(books: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = "" } = request;
  if (method === "POST" && url === "/books/spool") {
    const { token, file } = books.spool();
    await pipeline(request, createWriteStream(file, { mode: 0o600 }));
    response.writeHead(200).end(JSON.stringify({ token }));
    return;
  }
  const [, token] = /^\/books\/spool\/([\w-]+)$/.exec(url) ?? [];
  if (method === "DELETE" && token !== undefined) {
    books.forgetSpooled(token);
    response.writeHead(200).end("{}");
    return;
  }
  if (method === "GET" && url === "/books/reconciled") {
    // Read whole before anything is sent: nothing may change the ledger half-way through.
    const text = [...reconciledJson(books.reconcile(), books)].join("");
    response.writeHead(200, { "content-type": "application/json" });
    await pipeline(Readable.from([text]), response);
    return;
  }
  const [, name, month] = /^\/books\/journal\/([a-z]+)(?:\/(\d{4}-\d{2}))?$/.exec(url) ?? [];
  const format = journalFormats.find((one) => one === name);
  if (method === "GET" && format !== undefined) {
    const text = [...books.journal(format, month)].join("");
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
    await pipeline(Readable.from([text]), response);
    return;
  }
  response.writeHead(404).end("{}");
}
