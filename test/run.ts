/**
 * `npm test`: first what needs only this program, side by side; then what talks to real servers, one after the
 * other, so that they do not take each other's time. Ends with what was left out and a line `N passed, N failed`.
 * Words after `npm test --` are handed to the test runner (a single pass).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { useDocker } from "./real/docker/index.ts";

const root = path.join(import.meta.dirname, "..");
const folder = mkdtempSync(path.join(tmpdir(), "tandem-test-"));
const real = ["test/real", "test/browser", "test/demo"];
const picked = process.argv.slice(2);

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  numPendingTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}

const passes =
  picked.length > 0
    ? [picked]
    : [real.flatMap((part) => ["--exclude", `${part}/**`]), [...real, "--no-file-parallelism"]];
// One engine for the whole run: two beside each other would break each other's networks.
const engine = picked.length > 0 ? undefined : await useDocker({ images: false });
const reports = passes.map((words, index) => pass(words, path.join(folder, `${index}.json`)));
const total = { passed: 0, failed: 0, skipped: 0 };
try {
  await engine?.stop();
} catch (thrown) {
  // What was tested still has to be told; a machine that cannot be tidied up is a failure of its own.
  process.stderr.write(`The engine of the tests could not be taken down: ${String(thrown)}\n`);
  total.failed += 1;
}
rmSync(folder, { recursive: true, force: true });

for (const { report, code } of reports) {
  total.passed += report?.numPassedTests ?? 0;
  total.skipped += report?.numPendingTests ?? 0;
  const failed = report?.numFailedTests ?? 0;
  // A file that does not even load, or a runner that died, has no failed test of its own: it still counts.
  total.failed += failed === 0 && code !== 0 ? 1 : failed;
}
if (total.skipped > 0) process.stdout.write(`\nLeft out (each says why above): ${total.skipped}\n`);
process.stdout.write(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}\n`,
);
const required = process.env["TANDEM_REAL"] === "require";
process.exitCode = total.failed > 0 || total.passed === 0 || (required && total.skipped > 0) ? 1 : 0;

function pass(words: string[], out: string): { report: Report | undefined; code: number } {
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${out}`, ...words];
  const child = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  return { report: readReport(out), code: child.status ?? 1 };
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    // The runner died before it could report: its exit code says so.
    return undefined;
  }
}
