/**
 * What the installed SDK's types say of requests and answers, as JSON Schema. Made when a test needs it and kept in
 * `.cache`, which git does not see: nothing that is derived from Stripe's types is committed.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Schema } from "./convert.ts";
import { sdk, type Route } from "./routes.ts";

export interface Schemas {
  /** By the names of routes. */
  params: Record<string, Schema>;
  answers: Record<string, Schema>;
  /** Objects by name, such as `Invoices:Invoice`. */
  $defs: Record<string, Schema>;
}

const cache = path.join(import.meta.dirname, "../../../.cache/stripe-contract");

/** The schemas of these routes. */
export async function schemasOf(routes: readonly Route[]): Promise<Schemas> {
  const file = path.join(cache, `${fingerprint(routes)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Schemas;
  // The compiler is large; where the schemas are there already it is not needed.
  const { makeSchemas } = await import("./make-schemas.ts");
  const made = makeSchemas(routes);
  mkdirSync(cache, { recursive: true });
  // Two test files may come here at once; each sees a whole file or none.
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(made));
  renameSync(mine, file);
  return made;
}

function fingerprint(routes: readonly Route[]): string {
  const hash = createHash("sha256");
  hash.update(readFileSync(path.join(sdk, "package.json")));
  for (const file of ["convert.ts", "make-schemas.ts"]) {
    hash.update(readFileSync(path.join(import.meta.dirname, file)));
  }
  return hash
    .update(routes.map(({ name }) => name).join("\n"))
    .digest("hex")
    .slice(0, 16);
}
