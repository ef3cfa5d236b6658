/**
 * `npm run bench [name …]`: runs each measurement in a process of its own and prints its table. Machines are
 * shared and noisy: only the ratios of one run say something. Ends 1 when a budget was missed.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";

const folder = import.meta.dirname;
const notMeasurements = new Set(["run.ts", "table.ts"]);
const all = readdirSync(folder)
  .filter((file) => file.endsWith(".ts") && !notMeasurements.has(file))
  .map((file) => path.basename(file, ".ts"));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no measurement ${unknown.join(", ")}; there are: ${all.join(", ")}\n`);
  process.exit(2);
}

let missed = 0;
for (const name of wanted.length > 0 ? wanted : all) {
  process.stdout.write(`\n# ${name}\n`);
  // As the program starts.
  const flags = ["--expose-gc", "--import", new URL("../src/quick-start.ts", import.meta.url).href];
  const child = spawnSync(process.execPath, [...flags, path.join(folder, `${name}.ts`)], {
    stdio: "inherit",
  });
  if (child.status !== 0) missed++;
}
process.stdout.write(
  missed === 0 ? "\nEvery budget was kept.\n" : `\n${missed} measurement(s) missed a budget.\n`,
);
process.exitCode = missed === 0 ? 0 : 1;
