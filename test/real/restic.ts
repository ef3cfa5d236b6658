/** restic of this machine for tests; left out with one line, or required under TANDEM_REAL=require. */
import { spawnSync } from "node:child_process";

/** Its version, or undefined when there is none. */
export function useRestic(): string | undefined {
  const { stdout, status } = spawnSync("restic", ["version"], { encoding: "utf8" });
  if (status === 0) {
    const version = stdout.split(" ").slice(0, 2).join(" ");
    console.log(`restic: ${version} of this machine`);
    return version;
  }
  if (process.env["TANDEM_REAL"] === "require") throw new Error("restic is required: apt-get install restic");
  console.log("restic: left out, there is none on this machine");
  return undefined;
}
