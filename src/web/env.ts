import type { Context } from "hono";
import type { HttpBindings } from "@hono/node-server";
import type { Member } from "../people/index.ts";

/** What middleware leaves for the handlers of a request. */
export interface WebEnv {
  Bindings: Partial<HttpBindings>;
  Variables: {
    member: Member | null;
    /** Through what the member was recognised: a bearer token never opens a form. */
    through: "session" | "token" | null;
    /** They were recognised beyond doubt: their session was asked for from a verified device. */
    verified: boolean;
    /** The visitor's address, as far as proxies are trusted. */
    address: string;
    /** What the address's ending asks for. */
    format: Format;
  };
}

export type WebContext = Context<WebEnv>;

export type Format = "html" | "json" | "csv";

/**
 * The path without its ending, and what the ending asks for: `/runs/bakor.json`, `/apps.csv`, `/index.json`.
 */
export function formatOf(path: string): { path: string; format: Format } {
  const match = /^(.*)\.(json|csv)$/.exec(path);
  if (match === null) return { path, format: "html" };
  const bare = match[1] ?? "";
  return { path: bare === "/index" ? "/" : bare, format: match[2] as Format };
}
