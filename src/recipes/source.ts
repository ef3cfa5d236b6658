import { existsSync } from "node:fs";
import path from "node:path";

/** Where a recipe comes from: a git repository anywhere, or a plain folder of files. */
export type Source = { kind: "git"; address: string } | { kind: "folder"; dir: string };

/**
 * What a `recipes` setting means: a URL or `host:path` is a repository; a local path is one when it is itself
 * the root of a repository, else a folder (which may lie inside some other repository, as a sample recipe
 * does).
 */
export function sourceOf(pathOrUrl: string): Source {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(pathOrUrl) || /^[\w.-]+@[\w.-]+:/.test(pathOrUrl);
  if (isUrl) return { kind: "git", address: pathOrUrl };
  const dir = path.resolve(pathOrUrl);
  const isRoot =
    existsSync(path.join(dir, ".git")) ||
    (existsSync(path.join(dir, "HEAD")) && existsSync(path.join(dir, "objects")));
  return isRoot ? { kind: "git", address: dir } : { kind: "folder", dir };
}
