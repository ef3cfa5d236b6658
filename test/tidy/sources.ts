import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

export const root = path.join(import.meta.dirname, "../..");

export interface Source {
  file: string;
  text: string;
  lines: string[];
}

/** Every text file that git tracks or would track. */
export function allSources(): Source[] {
  return execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "" && !/\.(png|ico|woff2)$/.test(file))
    .flatMap((file) => {
      const text = read(path.join(root, file));
      return text === undefined ? [] : [{ file, text, lines: text.split("\n") }];
    });
}

/** Hand-written TypeScript. */
export function typescript(sources: Source[]): Source[] {
  return sources.filter((source) => source.file.endsWith(".ts"));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Deleted in the working tree but still in the index: not there to be tidy.
    return undefined;
  }
}
