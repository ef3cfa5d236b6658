/**
 * `npm test`, in lanes side by side: the files that use the Docker Engine, those that have drills among them in a
 * lane of their own, and those that talk to a homeserver or a browser, in each lane one after the other; beside them
 * all that needs only this program. The first mostly wait and must not take each other's time, so the last, which
 * computes, stands back behind them. Ends with what was left out and a line `N passed, N failed`. Words after
 * `npm test --` are handed to the test runner (a single pass).
 */
import { spawn } from "node:child_process";
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import path from "node:path";
import { useDocker } from "./real/docker/index.ts";

const root = path.join(import.meta.dirname, "..");
/** Temporary folder of all tests: what they leave behind goes with it. Open as the machine's own, to its users. */
const folder = mkdtempSync(path.join(tmpdir(), "tandem-test-"));
chmodSync(folder, 0o1777);
const real = ["test/real", "test/browser", "test/demo"];
const picked = process.argv.slice(2);
/** Of the engine's files the longest without drills: the lane of the homeserver has time for them. */
const movedOver = /\/(backup-bad|care|over-ssh|upgrades)\.test\.ts$/;
// Hundreds of processes load the same files.
process.env["NODE_COMPILE_CACHE"] ??= path.join(folder, "compiled");

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: {
    name: string;
    status: string;
    /** Why the file did not load. */
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

interface Outcome {
  /** Undefined: the runner died before it could report. */
  report: Report | undefined;
  code: number;
}

// One engine for the whole run: two in one network would take each other's bridges away.
const engine = picked.length > 0 ? undefined : await useDocker({ images: false });
const reports = picked.length > 0 ? [await pass("picked", picked)] : await everything();
const total = { passed: 0, failed: 0, skipped: 0 };
try {
  await engine?.stop();
  rmSync(folder, { recursive: true, force: true });
} catch (thrown) {
  // What was tested still has to be told; a machine that cannot be tidied up is a failure of its own.
  process.stderr.write(`What the tests used could not be taken down: ${String(thrown)}\n`);
  total.failed += 1;
}

for (const { report, code } of reports) {
  total.passed += report?.numPassedTests ?? 0;
  total.skipped += report?.numPendingTests ?? 0;
  const failed = report?.numFailedTests ?? 0;
  // A file that does not even load, or a runner that died, has no failed test of its own: it still counts.
  total.failed += failed === 0 && code !== 0 ? 1 : failed;
}
// Once more at the end: the lanes print thousands of lines, and whoever reads the last hundred needs these.
for (const { report } of reports) for (const line of failures(report)) process.stdout.write(`${line}\n`);
if (total.skipped > 0) process.stdout.write(`\nLeft out (each says why above): ${total.skipped}\n`);
process.stdout.write(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}\n`,
);
const required = process.env["TANDEM_REAL"] === "require";
process.exitCode = total.failed > 0 || total.passed === 0 || (required && total.skipped > 0) ? 1 : 0;

async function everything(): Promise<Outcome[]> {
  const files = globSync(
    real.map((part) => `${part}/**/*.test.ts`),
    { cwd: root },
  );
  const lanes = Map.groupBy(files, laneOf);
  const lane = (name: Lane, manner?: Manner): Promise<Outcome> =>
    pass(name, [...(lanes.get(name) ?? []), "--no-file-parallelism"], manner);
  const program = real.flatMap((part) => ["--exclude", `${part}/**`]);
  return Promise.all([
    lane("engine"),
    lane("drills", { isToldAtEnd: true }),
    lane("homeserver", { isToldAtEnd: true }),
    pass("program", program, { isToldAtEnd: true, standsBack: true }),
  ]);
}

type Lane = "engine" | "drills" | "homeserver";

/**
 * Lanes of about the same length; what uses both an engine and a homeserver counts for the latter. Files that have
 * drills, or look whether one has left anything behind, are in one lane: the drill of another would be in their way.
 */
function laneOf(file: string): Lane {
  const text = readFileSync(path.join(root, file), "utf8");
  if (text.includes("useSynapse(") || !text.includes("useDocker(") || movedOver.test(file))
    return "homeserver";
  return text.includes("drill") ? "drills" : "engine";
}

interface Manner {
  /** Two that print at once would mix their lines: this one is heard when it has ended. */
  isToldAtEnd?: boolean;
  /** Others that want the processor get it first. */
  standsBack?: boolean;
}

/** Runs the test runner over what the words pick. */
async function pass(
  name: string,
  words: string[],
  { isToldAtEnd = false, standsBack = false }: Manner = {},
): Promise<Outcome> {
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  const out = path.join(folder, `${name}.json`);
  const args = [vitest, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${out}`, ...words];
  const told = isToldAtEnd ? "pipe" : "inherit";
  const env = { ...process.env, TMPDIR: folder };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["inherit", told, told] });
  if (standsBack && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const said: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => said.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number>((ended) => child.once("close", (status) => ended(status ?? 1)));
  process.stdout.write(Buffer.concat(said));
  return { report: readReport(out), code };
}

/** What failed, each with the beginning of its reason. */
function failures(report: Report | undefined): string[] {
  const short = (text: string): string => text.split("\n").slice(0, 12).join("\n    ");
  return (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const file = path.relative(root, name);
    const failed = assertionResults.filter((result) => result.status === "failed");
    if (failed.length === 0 && status === "failed") return [`FAILED ${file}\n    ${short(message)}`];
    return failed.map(
      (test) => `FAILED ${file} > ${test.fullName}\n    ${short(test.failureMessages.join("\n"))}`,
    );
  });
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    // The runner died before it could report: its exit code says so.
    return undefined;
  }
}
