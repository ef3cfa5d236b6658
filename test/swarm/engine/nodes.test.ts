/** A Swarm of two nodes, each an engine of its own: what runs on the other is reached through the other. */
import { mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { belongingsOf } from "../../../src/swarm/belongings.ts";
import { connectEngine, type Engine } from "../../../src/swarm/engine/connect.ts";
import { bySocket } from "../../../src/swarm/engine/way.ts";
import { nodeRows } from "../../../src/swarm/node-rows.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-nodes-"));
const nodes = ["one", "two", "three"].map((name) => ({
  ID: `id-${name}`,
  Spec: { Role: name === "one" ? "manager" : "worker", Availability: "active" },
  Description: { Hostname: name },
  Status: { State: "ready", Addr: name === "one" ? "0.0.0.0" : `10.0.0.${name.length}` },
}));
const servers: Server[] = [];
/** What every call is answered with instead. */
let trouble: string | null = null;

async function engineOf(name: string): Promise<string> {
  const answers: Record<string, unknown> = {
    "/version": { ApiVersion: "1.41" },
    "/v1.41/info": { ServerVersion: `engine-${name}`, Name: name, Swarm: { NodeID: `id-${name}` } },
    "/v1.41/nodes": nodes,
    "/v1.41/secrets": [],
    "/v1.41/services": [],
    "/v1.41/volumes": { Volumes: [{ Name: "notes_data" }, { Name: `notes_on_${name}` }] },
  };
  const server = createServer((request, response) => {
    if (trouble !== null) {
      response
        .writeHead(503, { "Content-Type": "application/json" })
        .end(JSON.stringify({ message: trouble }));
      return;
    }
    const found = answers[(request.url ?? "").split("?")[0] ?? ""];
    response.writeHead(found === undefined ? 404 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(found ?? { message: "no such thing" }));
  });
  servers.push(server);
  const socketPath = path.join(folder, `${name}.sock`);
  await new Promise<void>((up) => server.listen(socketPath, up));
  return socketPath;
}

let engine: Engine;

beforeAll(async () => {
  const [one, two] = [await engineOf("one"), await engineOf("two")];
  engine = connectEngine(
    bySocket(one),
    () => undefined,
    (hostname) => (hostname === "two" ? bySocket(two) : undefined),
  );
});
afterAll(() => {
  engine.close();
  for (const server of servers) server.close();
});

describe("the engine of a node", () => {
  it("is the one that is asked, another that is known, or not reached", async () => {
    expect((await (await engine.at("id-one")).version()).engine).toBe("engine-one");
    expect((await (await engine.at("id-two")).version()).engine).toBe("engine-two");
    expect(await engine.at("id-two")).toBe(await engine.at("id-two"));
    await expect(engine.at("id-three")).rejects.toMatchObject({ code: "node-not-reached" });
  });

  it("is asked for the volumes of a stack; the one that cannot be is named", async () => {
    expect(await belongingsOf(engine, "notes")).toEqual({
      volumes: ["notes_data", "notes_on_one", "notes_on_two"],
      secrets: [],
      unseen: ["three"],
    });
  });

  it("stands in the list of nodes with where it is, if that says anything", async () => {
    const rows = await nodeRows(engine);
    expect(rows.map(({ hostname, isAsked, addr }) => [hostname, isAsked, addr])).toEqual([
      ["one", true, null],
      ["three", false, "10.0.0.5"],
      ["two", false, "10.0.0.3"],
    ]);
  });
});

describe("an engine without its Swarm", () => {
  // As moby words it (daemon/cluster/errors.go).
  it.each([
    [
      "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state.",
      "not-a-manager",
    ],
    ['This node is not a swarm manager. Use "docker swarm init" or "docker swarm join".', "not-a-manager"],
    ["Swarm is encrypted and needs to be unlocked before it can be used.", "not-a-manager"],
    // It comes back by itself, so a deploy waits for it.
    ["This node is not a swarm manager. Manager is being prepared or has trouble connecting.", "docker-down"],
    ["rpc error: code = Unavailable desc = The swarm does not have a leader.", "docker-down"],
  ])("%s", async (words, code) => {
    trouble = words;
    try {
      await expect(engine.services()).rejects.toMatchObject({ code });
    } finally {
      trouble = null;
    }
  });
});
