/**
 * Makes start-up fast and the program small; imported before anything else, what is large is imported after it.
 *
 * For every file of a package Node asks what kind of module it is, and parses the package.json beside it anew, with its
 * list of entry points (Node 24, `getPackageScopeConfig`). That of drizzle-orm has 179 kB and is asked for 113 times,
 * which takes half of the time in which the program starts. Its files are modules and name each other by path: so it is
 * answered here.
 *
 * Two libraries load at once what only parts of them need that nobody here uses: a server for application services,
 * stores in files and in Postgres, an HTTP client that ours takes the place of, sessions of image builds. They
 * are a quarter of the heap together, so nothing is loaded in their place.
 *
 * With what was compiled and stripped of its types the last time, the program starts in half the time and 15 MB.
 */
import { enableCompileCache, registerHooks } from "node:module";
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

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context;
    const by =
      /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(parentURL ?? "")?.[1] ?? "";
    if (neverUsed[by]?.includes(specifier) === true)
      return { url: nothing, format: "module-typescript", shortCircuit: true };
    if (by !== "drizzle-orm" || !specifier.startsWith(".") || !specifier.endsWith(".js"))
      return next(specifier, context);
    return { url: new URL(specifier, parentURL).href, format: "module", shortCircuit: true };
  },
});
