/** What the engine answers of a command whose container has ended with it. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { Engine } from "../../src/swarm/engine/connect.ts";
import { execOnce } from "../../src/swarm/exec-once.ts";

/** An engine with one container, whose command prints nothing and is over. */
function engineOf(inspect: () => Promise<{ ExitCode: number | null }>): Engine {
  return {
    ask: (_: string, call: () => Promise<unknown>) => call(),
    docker: { getContainer: () => ({ exec: () => Promise.resolve({ id: "x", inspect }) }) },
    streams: { getExec: () => ({ start: () => Promise.resolve(new PassThrough().end()) }) },
  } as unknown as Engine;
}

const end = (inspect: () => Promise<{ ExitCode: number | null }>): Promise<number | null> =>
  execOnce(engineOf(inspect), { container: "c", where: "a helper", argv: ["restic"] }, () => undefined);

const refused = (statusCode: number) => (): Promise<never> =>
  Promise.reject(Object.assign(new Error(`(HTTP code ${statusCode})`), { statusCode }));

test("the code it ended with, and none where its container was ended, or is gone by the time it is asked", async () => {
  expect(await end(() => Promise.resolve({ ExitCode: 3 }))).toBe(3);
  expect(await end(() => Promise.resolve({ ExitCode: null }))).toBeNull();
  expect(await end(refused(404))).toBeNull();
  await expect(end(refused(500))).rejects.toThrow("HTTP code 500");
});
