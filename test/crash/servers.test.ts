/** Servers come, change their host keys and go; whatever fails, wherever the power goes, rows are whole or not. */
import { expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { ServerName } from "../../src/core/terms.ts";
import type { Db } from "../../src/db/index.ts";
import { fakeMachines, fakeServersOver, type Machines } from "../servers/fake-machines.ts";
import add from "../../workflows/server-add.ts";
import addNode from "../../workflows/server-add-node.ts";
import remove from "../../workflows/server-remove.ts";
import rotateKey from "../../workflows/server-rotate-key.ts";
import { crashEverywhere, lineOf, type Expected, type Scenario } from "./harness.ts";

const name = ServerName.parse("swarm-2");
const place = { host: "swarm-2.example.coop", port: 22, user: "tandem", keyFile: null };
const ssh = { ...place, socket: "/var/run/docker.sock" };

interface Seen {
  /** Host key of the server and of each node; undefined: there is no such server. */
  keys: Record<string, string> | undefined;
  audit: string[];
}

const nothing: Seen = { keys: undefined, audit: [] };
const alone: Seen = { keys: { "": "SHA256:two" }, audit: ["olga server.added"] };

function see(_machines: Machines, db: Db): Seen {
  const found = fakeServersOver(fakeMachines(), db, new FakeClock())
    .list()
    .find((one) => one.name === name);
  const nodes = found?.nodes.map(({ hostname, hostKey }) => [hostname, hostKey] as const);
  return {
    keys: found?.ssh ? Object.fromEntries([["", found.ssh.hostKey], ...(nodes ?? [])]) : undefined,
    audit: openAudit(db, new FakeClock())
      .list({ subject: name })
      .map(({ who, what }) => `${who} ${what}`)
      .reverse(),
  };
}

/** A world in which the server is known, unless it is to be added. */
function worldOf(db: Db, { known = true, machines = fakeMachines() } = {}): Machines {
  if (known) {
    const servers = fakeServersOver(machines, db, new FakeClock());
    servers.add("olga", { name, ssh: { ...ssh, hostKey: "SHA256:two" }, nodes: [] });
  }
  return machines;
}

function scenario(
  told: Pick<Scenario<Machines>, "name" | "workflow" | "input" | "world">,
  { before, after, weight }: { before: Seen; after: Seen; weight: "grave" | "ordinary" },
): Scenario<Machines> {
  const ended: Expected = { status: "done", world: after };
  return {
    ...told,
    trades: (machines, db) => ({ servers: fakeServersOver(machines, db, new FakeClock()) }),
    see,
    answer: (ask) => (ask.weight === weight && ask.subject === name ? "approve" : "decline"),
    expect(variant) {
      if (variant.kind === "calm" || variant.kind === "stumbles") return ended;
      if (variant.kind === "declined")
        return { status: "failed", problem: "approval-declined", world: before };
      if (variant.kind === "cancelled") {
        const cancelled = (world: Seen): Expected => ({
          status: "cancelled",
          problem: "run-cancelled",
          world,
        });
        return [cancelled(before), cancelled(after), ended];
      }
      // What comes after the row is only a look.
      return { status: "failed", problem: "injected", world: variant.step === "check" ? after : before };
    },
  };
}

const scenarios: Scenario<Machines>[] = [
  scenario(
    {
      name: "server add",
      workflow: add,
      input: { name, ...ssh },
      world: (db) => worldOf(db, { known: false }),
    },
    {
      before: nothing,
      // The third node shows no key, so no way is kept to it.
      after: { keys: { "": "SHA256:two", "swarm-2b": "SHA256:two-b" }, audit: ["ana server.added"] },
      weight: "grave",
    },
  ),
  scenario(
    { name: "server remove", workflow: remove, input: { server: name }, world: (db) => worldOf(db) },
    {
      before: alone,
      after: { keys: undefined, audit: [...alone.audit, "ana server.removed"] },
      weight: "ordinary",
    },
  ),
  scenario(
    {
      name: "server rotate-key",
      workflow: rotateKey,
      input: { server: name },
      world(db) {
        const machines = worldOf(db);
        machines.set(ssh.host, { hostKey: "SHA256:new", others: {} });
        return machines;
      },
    },
    {
      before: alone,
      after: { keys: { "": "SHA256:new" }, audit: [...alone.audit, "ana server.key-rotated"] },
      weight: "grave",
    },
  ),
  scenario(
    {
      name: "server add-node",
      workflow: addNode,
      input: { server: name, node: "swarm-2b", host: "10.0.0.2", port: 22 },
      world: (db) => worldOf(db),
    },
    {
      before: alone,
      after: {
        keys: { "": "SHA256:two", "swarm-2b": "SHA256:two-b" },
        audit: [...alone.audit, "ana server.node-added"],
      },
      weight: "grave",
    },
  ),
];

test.for(scenarios)("$name survives a power cut at every point", async (told) => {
  const report = await crashEverywhere(told);
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(25);
});
