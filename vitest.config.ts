import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Real servers are slow to start on a small machine; a test that hangs still fails.
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // As the program starts: each test file is a process of its own.
    execArgv: ["--import", new URL("src/quick-start.ts", import.meta.url).href],
    reporters: ["default"],
  },
});
