/** On a Swarm of several nodes: whether an app came up where its data was put, and what is said before. */
import { expect, test } from "vitest";
import { assertPlaced, isAstray, placeWarnings } from "../../src/backups/placing.ts";
import { openRestoring } from "../../src/backups/restoring.ts";
import { openReviving } from "../../src/backups/reviving.ts";
import type { PlacedVolume, RestoreDataPlan } from "../../src/backups/restoring-types.ts";
import type { Problem } from "../../src/core/problem.ts";
import { AppDomain } from "../../src/core/terms.ts";
import type { Verdict } from "../../src/swarm/types.ts";

const app = AppDomain.parse("notes.example.coop");
const signal = new AbortController().signal;

interface World {
  /** By service: where its tasks are. The first node, `n1`, is the one that is asked. */
  runs?: Record<string, string[]>;
  may?: string[];
  nodes?: string[];
  /** Volumes that are the same on every node. */
  shared?: string[];
  verdict?: Verdict["outcome"];
}

function swarmOf({ runs = {}, may = [], nodes = ["n1", "n2"], shared = [], verdict = "converged" }: World) {
  return {
    nodes: () =>
      Promise.resolve(
        nodes.map((id) => ({
          ...{ id, hostname: id.replace("n", "vm-"), role: "manager", state: "ready" },
          ...{ availability: "active", addr: null, isAsked: id === "n1" },
        })),
      ),
    mounters: () =>
      Promise.resolve(
        Object.entries(runs).map(([service, runsOn]) => ({
          ...{ service, runsOn, mayRunOn: may },
          volumes: [`notes_${service}-data`, "notes_both"],
        })),
      ),
    sharedVolumes: () => Promise.resolve(shared),
    watch: () => Promise.resolve({ outcome: verdict, seconds: 2 }),
  };
}

const put = (into: string, node: string | null = "n1", isLive = false) => ({ into, node, isLive });
const planOf = (...volumes: PlacedVolume[]) => ({ stack: "notes", volumes });
const here = { app, bindTo: "runs" } as const;

test.each<[string, World, PlacedVolume[]]>([
  ["where its data is", { runs: { db: ["n1"] } }, [put("notes_db-data")]],
  ["on the node that is asked, where its data is", { runs: { db: ["n1"] } }, [put("notes_db-data", null)]],
  ["on both nodes, each with its data", { runs: { db: ["n1", "n2"] } }, both("notes_db-data")],
  ["elsewhere, with another volume", { runs: { db: ["n2"] } }, [put("notes_app-data")]],
  [
    "elsewhere, where its data is the same",
    { runs: { db: ["n2"] }, shared: ["notes_db-data"] },
    [put("notes_db-data")],
  ],
  // It is put there when the database runs.
  ["elsewhere, before its file is put there", { runs: { db: ["n2"] } }, [put("notes_db-data", "n1", true)]],
  ["on the only node", { runs: { db: ["n2"] }, nodes: ["n2"] }, [put("notes_db-data", null)]],
  ["nowhere yet", { runs: { db: [] } }, [put("notes_db-data")]],
])("it came up %s: nothing is wrong", async (_, world, volumes) => {
  await expect(assertPlaced(swarmOf(world), planOf(...volumes), here)).resolves.toBeUndefined();
});

function both(into: string): PlacedVolume[] {
  return [put(into, "n1"), put(into, "n2")];
}

test.each<[string, World, Parameters<typeof isAstray>[1]]>([
  ["a volume", { runs: { db: ["n2"] } }, planOf(put("notes_db-data", null))],
  ["a second task of it", { runs: { db: ["n1", "n2"] } }, planOf(put("notes_db-data"))],
  [
    "a database that is read back",
    { runs: { db: ["n2"] } },
    { stack: "notes", dumps: [{ replaces: [put("notes_db-data")] }] },
  ],
  [
    "what was left as it is",
    { runs: { app: ["n1"], db: ["n2"] } },
    { ...planOf(put("notes_app-data")), others: [put("notes_db-data")] },
  ],
])("%s came up elsewhere: its data is not there", async (_, world, plan) => {
  await expect(assertPlaced(swarmOf(world), plan, here)).rejects.toMatchObject({
    code: "restored-elsewhere",
  });
  expect(await isAstray(swarmOf(world), plan)).toBe(true);
});

test("the place to which it is bound is where it runs, or where its data is when nothing of it stays", async () => {
  const swarm = swarmOf({ runs: { db: ["n2"] } });
  const remedies = await Promise.all(
    [here, { app, bindTo: "data", isAnew: true } as const].map(async (about) => {
      const thrown: unknown = await assertPlaced(swarm, planOf(put("notes_db-data")), about).catch(
        (one: unknown) => one,
      );
      return (thrown as Problem).text;
    }),
  );
  expect(remedies[0]?.happened).toBe(
    "The Swarm has started db of notes.example.coop on vm-2, and the data of its volume db-data is on vm-1.",
  );
  expect(remedies.map(({ remedy }) => /node\.hostname == (vm-\d)/.exec(remedy)?.[1])).toEqual([
    "vm-2",
    "vm-1",
  ]);
  expect(remedies.map(({ remedy }) => remedy.includes("app deploy"))).toEqual([true, false]);
});

test("before it is agreed to, it is said of each service once that it may come up elsewhere", async () => {
  const plan = planOf(put("notes_db-data"), put("notes_both"), put("notes_app-data"));
  const may = swarmOf({ runs: { db: ["n1"] }, may: ["n1", "n2"] });
  expect(await placeWarnings(may, plan)).toEqual([
    "The Swarm may start db on vm-2, and the data of its volumes db-data, both is on vm-1. If it does, the restore " +
      "counts as failed. Bind it first, in its recipe under deploy, placement, constraints: `node.hostname == vm-1`.",
  ]);
  expect(await placeWarnings(swarmOf({ runs: { db: ["n1"] }, may: ["n1"] }), plan)).toEqual([]);
  const many = planOf(...both("notes_db-data"));
  const spread = swarmOf({ runs: { db: ["n1"] }, may: ["n1", "n2", "n3"], nodes: ["n1", "n2", "n3"] });
  expect((await placeWarnings(spread, many)).join()).toContain("a label that only vm-1 and vm-2 have");
  // It is filled before its service could have made it a shared one.
  const shared = swarmOf({ runs: { db: [] }, may: ["n2"], shared: ["notes_db-data"] });
  expect(await placeWarnings(shared, plan, {})).toHaveLength(1);
});

test.each<Verdict["outcome"]>(["converged", "failed"])(
  "a verdict that says %s is none where it runs without its data",
  async (verdict) => {
    const swarm = swarmOf({ runs: { db: ["n2"] }, verdict });
    const repositories = { find: () => ({ location: "/srv/backups" }) };
    const ground = { servers: { swarmOf: () => swarm }, repositories } as never;
    const data = { ...planOf(put("notes_db-data")), app, server: "local", here: { services: {} } };
    const about = { signal, services: [] };
    const told = openRestoring(ground).verdictRestored(data as unknown as RestoreDataPlan, about);
    // A folder is on the node that is asked: on another one nothing could be put back.
    await expect(told).rejects.toMatchObject({
      ...{ code: "restored-elsewhere", text: { remedy: expect.stringContaining("vm-1") as string } },
    });
    const revived = { data, domain: app, deploy: { changes: [] } } as never;
    await expect(openReviving(ground).verdictRevived(revived, { signal })).rejects.toMatchObject({
      code: "restored-elsewhere",
    });
  },
);
