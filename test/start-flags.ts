/** What `npm start` hands to Node: what is measured, and killed, in tests and benches runs as it does at a co-op. */
import { readFileSync } from "node:fs";

const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  scripts: { start: string };
};

/** The words between Node and the program. */
export const startFlags: readonly string[] = scripts.start.split(" ").slice(1, -1);
