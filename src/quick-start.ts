/**
 * Makes start-up fast and the program small; imported before anything else, what is large is imported after it.
 *
 * For every file of a package Node asks what kind of module it is, and parses the package.json beside it anew, with its
 * list of entry points (Node 24, `getPackageScopeConfig`). That of drizzle-orm has 179 kB and is asked for 113 times,
 * which takes half of the time in which the program starts. Its files are modules and name each other by path: so it is
 * answered here. So it is for our own files, a thousand that name each other some thousand times; a package that they
 * name is looked up once for all of them.
 *
 * Two libraries load at once what only parts of them need that nobody here uses: a server for application services,
 * stores in files and in Postgres, an HTTP client that ours takes the place of, sessions of image builds. They
 * are a quarter of the heap together, so nothing is loaded in their place.
 *
 * With what was compiled and stripped of its types the last time, the program starts in half the time and 15 MB.
 */
import { enableCompileCache, registerHooks, type ResolveFnOutput } from "node:module";
import path from "node:path";

// What was compiled once is kept beside the packages, where only whoever installed them may write: in a folder that is
// everybody's, anybody could plant code. Where nothing can be written nothing is kept.
enableCompileCache(path.join(import.meta.dirname, "../node_modules/.cache/tandem"));

const neverUsed: Record<string, readonly string[]> = {
  "matrix-bot-sdk": [
    ...["express", "morgan", "postgres", "lowdb", "lowdb/adapters/FileSync"],
    ...["request", "html-to-text", "sanitize-html"],
  ],
  dockerode: ["@grpc/grpc-js", "@grpc/proto-loader"],
};
const nothing = new URL("never-used.ts", import.meta.url).href;
/** Above src/, commands/ and workflows/. */
const root = new URL("../", import.meta.url).href;
/** What our files call a package by, and where it is: the same for all of them. */
const found = new Map<string, ResolveFnOutput>();

/** Our files name each other by path. */
function isOwn(specifier: string): boolean {
  return specifier.endsWith(".ts") && (specifier.startsWith(".") || specifier.startsWith(root));
}

const atOnce = (url: string, format: string): ResolveFnOutput => ({ url, format, shortCircuit: true });

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = "" } = context;
    const [, by = ""] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(parentURL) ?? [];
    if (context.conditions.includes("import") && by === "" && parentURL.startsWith(root)) {
      if (isOwn(specifier)) return atOnce(new URL(specifier, parentURL).href, "module-typescript");
      // What is relative means another file in each folder.
      if (specifier.startsWith(".")) return next(specifier, context);
      const known = found.get(specifier) ?? { ...next(specifier, context), shortCircuit: true };
      found.set(specifier, known);
      return known;
    }
    if (neverUsed[by]?.includes(specifier) === true) return atOnce(nothing, "module-typescript");
    if (by !== "drizzle-orm" || !specifier.startsWith(".") || !specifier.endsWith(".js"))
      return next(specifier, context);
    return atOnce(new URL(specifier, parentURL).href, "module");
  },
});
