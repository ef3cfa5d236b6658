/** restic in a helper that meets a lock: what is cleared, after what, and when it is left alone. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { inHelper, type HelpingParts, type Inside } from "../../src/backups/helping.ts";
import { openTurns } from "../../src/backups/turns.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { dockerDown, notAManager } from "../../src/core/problems/swarm.ts";
import type { ServerName } from "../../src/core/terms.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-helping-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const passwordFile = path.join(folder, "password");
writeFileSync(passwordFile, "words");

const lockedBy = (who: string): string =>
  `Fatal: unable to create lock in backend: repository is already locked exclusively by PID 7 on ${who} by root`;

/** Two servers; a helper on each is at work in the repository until it is ended. `away` does not answer. */
function house({ by = "tandem-nightly", away = "", hasSwarm = true } = {}) {
  const said: string[] = [];
  /** By command in the helper: whether it passes the first process numbers before it. */
  const passing: boolean[] = [];
  let isLocked = true;
  const swarmOf = (server: string) => ({
    helper: () =>
      Promise.resolve({
        id: `own-${server}`,
        node: "vm",
        exec(argv: string[]) {
          said.push("restic");
          passing.push(argv[0] === "sh");
          return Promise.resolve(
            isLocked
              ? { exitCode: 1, stdout: "", stderr: lockedBy(by) }
              : { exitCode: 0, stdout: "done", stderr: "" },
          );
        },
        close: () => Promise.resolve(),
      }),
    nodes: () =>
      hasSwarm
        ? Promise.resolve([
            { id: "n2", isAsked: false },
            { id: "n1", isAsked: true },
          ])
        : Promise.reject(notAManager({ node: "vm" })),
    dropHolders(thing: string, spared: string) {
      if (server === away) return Promise.reject(dockerDown({ socket: "/s", reason: "it is off" }));
      said.push(`drop on ${server} but ${spared}`);
      expect(thing).toMatch(/^[0-9a-f]{16}$/);
      return Promise.resolve();
    },
    helperOnce(_wish: unknown, argv: string[]) {
      said.push(argv.at(-1) ?? "");
      if (by.startsWith("tandem-")) isLocked = false;
      return Promise.resolve({ exitCode: 0, stdout: "", stderr: "" });
    },
  });
  const list = () => [{ name: "local" }, { name: "swarm-2" }];
  const parts = { servers: { list, swarmOf }, turns: openTurns(), clock: new FakeClock(), image: "restic" };
  const within = <T>(
    server: string | null,
    use: (inside: Inside) => Promise<T>,
    { node = null as string | null, name = "nightly" } = {},
  ): Promise<T> =>
    inHelper(
      parts as unknown as HelpingParts,
      {
        ...{ server: "local" as ServerName, node, run: "bakor" },
        repository: {
          ...{ name, location: "/srv/backups", server: server as ServerName | null },
          ...{ passwordFile, keyFile: null, hostKey: null, credentialsFile: null },
        },
      },
      use,
    );
  const work = (server: string | null, times = 1): Promise<string> =>
    within(server, async ({ restic }) => {
      for (let n = 1; n < times; n++) await restic.run("look", ["snapshots"]);
      return restic.run("prune", ["prune"]);
    });
  return { said, passing, within, work };
}

/** Two calls of restic at the same moment, in one helper. */
const both = ({ restic }: Inside): Promise<string[]> =>
  Promise.all([restic.run("look", ["snapshots"]), restic.run("read", ["dump"])]);

test("helpers that an earlier life has left are ended on every server before their lock is cleared", async () => {
  const { said, passing, work } = house();
  expect(await work(null)).toBe("done");
  expect(passing).toEqual([true, true]);
  const dropped = ["drop on local but own-local", "drop on swarm-2 but own-local"];
  expect(said).toEqual(["restic", ...dropped, "unlock", "restic"]);
});

test("numbers of processes that unlocking has are passed once in a helper", async () => {
  const { passing, work } = house();
  expect(await work("local", 3)).toBe("done");
  // The first met the lock and was begun again as it was.
  expect(passing).toEqual([true, true, false, false]);
});

test("two calls side by side that meet a lock have it cleared once", async () => {
  const { said, within } = house();
  expect(await within("local", both)).toEqual(["done", "done"]);
  expect(said.filter((one) => one === "unlock")).toHaveLength(1);
});

test("where only one server can reach it, no other is asked", async () => {
  const { said, work } = house({ away: "swarm-2" });
  expect(await work("local")).toBe("done");
  expect(said).toEqual(["restic", "drop on local but own-local", "unlock", "restic"]);
});

test("a server that does not answer may have one at work: the lock stays, and it is said whose it is", async () => {
  const { said, work } = house({ away: "swarm-2" });
  await expect(work(null)).rejects.toMatchObject({ code: "repository-locked" });
  expect(said).not.toContain("unlock");
});

test("the lock of somebody else is cleared by restic alone, when it is dead; else it is told", async () => {
  const { said, work } = house({ by: "backup-bot" });
  await expect(work("local")).rejects.toThrow(/exclusively by PID 7 on backup-bot by root/);
  expect(said.filter((one) => one === "restic")).toHaveLength(2);
});

const settled = (): Promise<void> => new Promise((go) => setImmediate(go));

/** Three helpers that begin in this order, for three repositories: the one that is asked, by its id, another node. */
async function begunOf({ within }: ReturnType<typeof house>): Promise<string[]> {
  const begun: string[] = [];
  let end = (): void => undefined;
  const over = new Promise<void>((go) => (end = go));
  const hold = (what: string, node: string | null): Promise<void> =>
    within("local", () => (begun.push(what), over), { node, name: what });
  const first = hold("asked", null);
  await settled();
  const all = [first, hold("by its id", "n1"), hold("other", "n2")];
  await settled();
  const before = [...begun];
  end();
  await Promise.all(all);
  return before;
}

test("a node has one turn, whether it is the one that is asked or is called by its id", async () => {
  expect(await begunOf(house())).toEqual(["asked", "other"]);
});

test("an engine without a Swarm has a turn, too", async () => {
  const { within } = house({ hasSwarm: false });
  expect(await within("local", () => Promise.resolve("done"))).toBe("done");
});
