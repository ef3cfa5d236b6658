import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // All of them together wait for the processor, and real servers are slow to start: a test that hangs fails
    // later, one that is slow does not. How fast something is, is measured in bench/.
    testTimeout: process.env["TANDEM_CRASH"] === "deep" ? 24 * 3_600_000 : 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    // As the program starts: each test file is a process of its own.
    execArgv: ["--import", new URL("src/quick-start.ts", import.meta.url).href],
    reporters: ["default"],
  },
});
