/**
 * A request for every route that the app really has, beside the pages and forms of `every-page.ts`. A route without
 * one fails the sweep.
 */
import { Readable } from "node:stream";
import type { Download } from "../../src/backups/index.ts";
import { downloads, forms, pages } from "../../src/web/routes.ts";
import type { WebParts } from "../../src/web/index.ts";
import { everyHook, examplesOf } from "./every-page.ts";
import type { House, Name } from "./house.ts";

/** Of the forms, so that a body says by itself what it is; a text is sent as JSON. */
type Body = URLSearchParams | FormData | string;

export interface Asked {
  method: "GET" | "POST";
  path: string;
  /** What goes along, where the path alone does not tell it. */
  note?: string;
  /** Made for each visitor anew: links are spent. Nobody is null. */
  body?: (home: House, name: Name | null) => Body;
  /** Afterwards the visitor's sign-in counts no more. */
  endsSession?: true;
}

type Example = Omit<Asked, "method">;

const form = (fields: Record<string, string>) => () => new URLSearchParams(fields);

function upload(fields: Record<string, string | File>): () => FormData {
  return () => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return body;
  };
}

const iban = "DE89370400440532013000";
const payees = new File([`member,name,iban\nana,Ana,${iban}\nbo,Bo,${iban}\n`], "payees.csv");
const statement = new File(["<Document></Document>"], "october.xml");

/** What a link opens, by its state. */
function link(path: string, states: Record<string, string>, more: Record<string, string> = {}): Example[] {
  return Object.entries(states).map(([note, token]) => ({ path, note, body: form({ token, ...more }) }));
}

/** By method and path, as the app lists its routes. */
const others: Record<string, Example[]> = {
  "GET /style.css": [{ path: "/style.css" }],
  "GET /icon.svg": [{ path: "/icon.svg" }],
  "GET /healthz": [{ path: "/healthz" }],
  "GET /metrics": [{ path: "/metrics" }],
  "GET /sign-in": [{ path: "/sign-in" }, { path: "/sign-in?token=x" }],
  "GET /secret": ["token=open", "token=x", "done=rotates"].map((query) => ({ path: `/secret?${query}` })),
  "GET /collective-token": ["token=open", "token=x", "done=kept"].map((query) => ({
    path: `/collective-token?${query}`,
  })),
  "GET /download": ["open", "of-ana", "x"].map((token) => ({ path: `/download?token=${token}` })),
  "POST /sign-in": [
    {
      ...{ path: "/sign-in", note: "a link", endsSession: true },
      body: (home, name) => new URLSearchParams({ token: home.linkFor(name ?? "ana") }),
    },
    ...link("/sign-in", { "a spent link": "x" }),
  ],
  "POST /sign-out": [{ path: "/sign-out", endsSession: true }],
  "POST /secret": link("/secret", { "a link": "open", "of a rotation": "next", spent: "x" }, { value: "v" }),
  "POST /collective-token": [
    ...link("/collective-token", { "a link": "open", spent: "x" }, { value: "v" }),
    ...link("/collective-token", { "no value": "open" }),
  ],
  "POST /download": link("/download", { "a link": "open", "of no maintainer": "of-ana", spent: "x" }),
  "POST /payouts/:id/bank-file": [
    { path: "/payouts/bakor/bank-file", note: "a file", body: upload({ payees, on: "2026-11-27" }) },
    { path: "/payouts/bakor/bank-file", note: "no file", body: upload({ on: "2026-11-27" }) },
    { path: "/payouts/nosuc/bank-file", body: upload({ payees, on: "2026-11-27" }) },
  ],
  "POST /books/statement": [
    {
      ...{ path: "/books/statement", note: "a file" },
      body: upload({ account: "gls", format: "camt053", statement }),
    },
    { path: "/books/statement", note: "no file", body: upload({ account: "gls", format: "camt053" }) },
  ],
  "POST /api/commands": [{ path: "/api/commands", body: () => JSON.stringify({ line: "whoami" }) }],
  "POST /hooks/stripe": everyHook.filter((path) => path.endsWith("/stripe")).map((path) => ({ path })),
  "POST /hooks/opencollective/:word": everyHook
    .filter((path) => path.includes("/opencollective/"))
    .map((path) => ({ path })),
};

const listed: Record<Asked["method"], readonly { path: string }[]> = {
  GET: [...pages, ...downloads],
  POST: forms,
};

/** Beside the routes: what there is not. */
const nothing: Asked[] = [
  { method: "GET", path: "/sign-out" },
  { method: "GET", path: "/api/commands" },
  { method: "GET", path: "/hooks/stripe" },
  { method: "GET", path: "/nowhere" },
  { method: "POST", path: "/nowhere" },
  { method: "POST", path: "/runs/bakor" },
];

/** Every route of the app, with the requests that try it; those by GET first. */
export function everyRequest({ web }: House): Asked[] {
  const routes = web.app.routes.filter(({ method }) => method !== "ALL");
  const known = new Set(Object.keys(others));
  const asked = routes.flatMap(({ method, path }) => {
    known.delete(`${method} ${path}`);
    return requestsOf(method, path);
  });
  if (known.size > 0)
    throw new Error(`${[...known].join(", ")}: no such route any more; take the example out`);
  return [...asked, ...nothing].sort((a, b) => a.method.localeCompare(b.method));
}

function requestsOf(method: string, path: string): Asked[] {
  const key = `${method} ${path}`;
  if (method !== "GET" && method !== "POST")
    throw new Error(`${key}: no page and no form; say how it is swept`);
  const examples =
    others[key] ??
    (listed[method].some((one) => one.path === path) ? examplesOf(path) : []).map((found) => ({
      path: found,
    }));
  if (examples.length === 0) throw new Error(`${key} has no example: add one, so that it is swept`);
  return examples.map((example) => ({ method, ...example }));
}

/** A backup on its way to a maintainer, and one on its way to somebody who is none. */
export function toldDownloads(): Pick<WebParts, "downloads"> {
  const name = "notes.example.coop-bakor.tar.gz.enc";
  const about = { backup: "bakor", app: "notes.example.coop" as Download["app"], name, plain: false };
  const members: Record<string, string> = { open: "bo", "of-ana": "ana" };
  return {
    downloads: {
      findDownload: (token) => {
        const member = members[token];
        return member === undefined ? undefined : { ...about, member };
      },
      openDownload: () => Promise.resolve({ name, stream: Readable.from(["sealed"]) }),
    },
  };
}
