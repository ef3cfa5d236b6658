/** What is loaded when the program starts: parts of libraries that nobody here uses are not. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { installation, startServer } from "./cli/children.ts";
import { freePort } from "./real/docker/index.ts";
import { startFlags } from "./start-flags.ts";

const root = path.join(import.meta.dirname, "..");

/** The packages of which something is loaded with these modules. */
function loadedBy(flags: readonly string[]): string[] {
  const script = `
    import { registerHooks } from "node:module";
    const packages = new Set();
    registerHooks({
      load(url, context, next) {
        const named = /\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*\\/node_modules\\/)/.exec(url);
        if (named) packages.add(named[1]);
        return next(url, context);
      },
    });
    await import("matrix-bot-sdk");
    await import("dockerode");
    await import("drizzle-orm");
    process.stdout.write(JSON.stringify([...packages]));`;
  const args = [...flags, "--no-deprecation", "--input-type=module", "--eval", script];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" })) as string[];
}

const never = ["express", "postgres", "lowdb", "lodash", "request", "sanitize-html", "@grpc/grpc-js"];
const always = ["matrix-bot-sdk", "dockerode", "docker-modem", "drizzle-orm"];

test("nothing is loaded for the parts of libraries that nobody uses", () => {
  const loaded = loadedBy(["--import", path.join(root, "src/quick-start.ts")]);
  expect(loaded).toEqual(expect.arrayContaining(always));
  expect(loaded.filter((name) => never.includes(name))).toEqual([]);
});

test("the image compiles and starts the program as `npm start` does, with flags that Node knows", () => {
  const dockerfile = readFileSync(path.join(root, "Dockerfile"), "utf8");
  const wordsOf = (instruction: RegExp): unknown => JSON.parse(instruction.exec(dockerfile)?.[1] ?? "[]");
  expect(wordsOf(/^CMD (\[.*\])$/m)).toEqual(["node", ...startFlags, "src/main.ts"]);
  // Node keeps what it compiled by the flags: what was compiled with others is never looked at.
  expect(wordsOf(/^RUN (\[.*compile.*\])$/m)).toEqual(["node", ...startFlags, "src/compile.ts"]);
  const known = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
  for (const flag of startFlags) expect(known).toContain(`  ${flag.replace("--no-", "--").split("=")[0]} (`);
});

test("what the image is built with loads every command and workflow, without settings", () => {
  const env = { PATH: process.env["PATH"], NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] };
  const args = ["--no-deprecation", path.join(root, "src/compile.ts")];
  const said = execFileSync(process.execPath, args, { cwd: tmpdir(), env, encoding: "utf8" });
  expect(Number(/^(\d+) commands/.exec(said)?.[1])).toBeGreaterThan(100);
});

test("what is compiled is kept while the program runs: a killed one leaves it too", async () => {
  const { folder, remove } = installation();
  const cache = path.join(folder, "compiled");
  mkdirSync(cache);
  const server = await startServer(folder, await freePort(), { NODE_COMPILE_CACHE: cache });
  const kept = (): number => readdirSync(cache, { recursive: true }).length;
  await expect.poll(kept, { timeout: 60_000 }).toBeGreaterThan(1000);
  expect(await server.stop()).toBe(0);
  remove();
}, 240_000);

test("without that they are: the list is still about what these libraries do", () => {
  expect(loadedBy([])).toEqual(expect.arrayContaining([...always, ...never]));
});
