/**
 * Writes the next migration from the schema: drizzle-kit makes the SQL, then every new table is made STRICT,
 * which drizzle-kit cannot say. `--fresh` starts over with one first migration; never after a release.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
const folder = path.join(root, "migrations");
const fresh = process.argv.includes("--fresh");
if (fresh) rmSync(folder, { recursive: true, force: true });

const before = new Set(existsSync(folder) ? readdirSync(folder) : []);
const kit = path.join(root, "node_modules/drizzle-kit/bin.cjs");
const common = ["--dialect", "sqlite", "--out", "migrations", "--schema", "src/db/schema/*.ts"];
generate(...common, "--name", fresh ? "first" : "change");
if (fresh) generate(...common, "--custom", "--name", "audit-append-only");

for (const name of readdirSync(folder).filter((file) => file.endsWith(".sql") && !before.has(file))) {
  const file = path.join(folder, name);
  const text = name.endsWith("audit-append-only.sql")
    ? readFileSync(path.join(import.meta.dirname, "triggers.sql"), "utf8")
    : readFileSync(file, "utf8").replace(/(CREATE TABLE [\s\S]*?\n\));/g, "$1 STRICT;");
  writeFileSync(file, text);
}

function generate(...args: string[]): void {
  execFileSync(process.execPath, [kit, "generate", ...args], { cwd: root, stdio: "inherit" });
}
