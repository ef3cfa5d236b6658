/** What is done in a repository beside backups: each begins by ending what a killed life of its run has left. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openRetention, type Retention } from "../../src/backups/retention.ts";
import { openTurns } from "../../src/backups/turns.ts";
import { FakeClock } from "../../src/core/clock.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-retention-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const passwordFile = path.join(folder, "password");
writeFileSync(passwordFile, "words");

/** A server on which a killed life has left helpers of these runs. */
function house(left: string[], server: string | null = "swarm-2") {
  const said: string[] = [];
  const running = new Set(left);
  const swarmOf = (name: string) => ({
    nodes: () => Promise.resolve([{ id: "n1", isAsked: true }]),
    dropHelpers(run: string, nodes: (string | null)[]) {
      expect(nodes).toEqual([null]);
      said.push(`drop ${run} on ${name}`);
      return Promise.resolve(running.delete(run) ? 1 : 0);
    },
    helper({ run }: { run: string }) {
      expect(running.has(run)).toBe(false);
      running.add(run);
      return Promise.resolve({
        ...{ id: "h", node: "n1" },
        exec(argv: string[]) {
          const words = argv.join(" ");
          said.push(/ (snapshots|prune|check)\b/.exec(words)?.[1] ?? words);
          return Promise.resolve({ exitCode: 0, stdout: "[]", stderr: "" });
        },
        close: () => Promise.resolve(void running.delete(run)),
      });
    },
  });
  const repository = {
    ...{ name: "nightly", location: "/srv/backups", server, passwordFile },
    ...{ keyFile: null, hostKey: null, credentialsFile: null },
  };
  const retention = openRetention({
    ...{ clock: new FakeClock(), turns: openTurns(), image: "restic" },
    ...{ servers: { list: () => [], swarmOf }, repositories: { get: () => repository } },
    records: { list: () => [] },
  } as never);
  return { said, running, retention };
}

const { signal } = new AbortController();
const doings: [string, string, (retention: Retention) => Promise<unknown>][] = [
  ["looking what is too old", "snapshots", (one) => one.tooOld("nightly", "bakor", signal)],
  ["forgetting", "snapshots", (one) => one.removeOld("nightly", ["aaaa"], "bakor", signal)],
  ["freeing the room", "prune", (one) => one.freeRoom("nightly", "bakor", signal)],
  ["checking the data", "check", (one) => one.checkData("nightly", "bakor", signal)],
];

test.each(doings)(
  "%s ends what a killed life of the run has left, and of no other run",
  async (_, words, work) => {
    const { said, running, retention } = house(["bakor", "other"]);
    await work(retention);
    expect(said).toEqual(["drop bakor on swarm-2", words]);
    expect([...running]).toEqual(["other"]);
  },
);

test("a repository that every server reaches is cared for from here", async () => {
  const { said, retention } = house(["bakor"], null);
  await retention.freeRoom("nightly", "bakor", signal);
  expect(said).toEqual(["drop bakor on local", "prune"]);
});
