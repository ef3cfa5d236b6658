import { beforeEach, describe, expect, it } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { ServerName } from "../../src/core/terms.ts";
import { openDb, schema, type Db } from "../../src/db/index.ts";
import { openInventory, type Inventory } from "../../src/servers/inventory.ts";

const name = ServerName.parse("swarm-2");
const local = ServerName.parse("local");
const ssh = {
  host: "swarm-2.example.coop",
  port: 22,
  user: "tandem",
  keyFile: "/etc/tandem/swarm-key",
  hostKey: "SHA256:two",
  socket: "/var/run/docker.sock",
};
const node = { hostname: "swarm-2b", host: "10.0.0.2", port: 22, hostKey: "SHA256:two-b" };

let db: Db;
let inventory: Inventory;

beforeEach(() => {
  db = openDb(":memory:");
  const clock = new FakeClock();
  inventory = openInventory({ db, clock, audit: openAudit(db, clock) });
});

describe("the inventory of servers", () => {
  it("always has the one on this machine, which cannot be changed", () => {
    expect(inventory.list()).toMatchObject([{ name: "local", ssh: null }]);
    expect(() => inventory.remove("olga", local)).toThrow("is the Docker socket of this machine");
    expect(() => inventory.assertFree(local)).toThrow("There is a server local already");
  });

  it("keeps a server with its nodes and the host keys that were agreed to, and no key to log in", () => {
    inventory.add("olga", { name, ssh, nodes: [node] });
    expect(inventory.get(name)).toMatchObject({ ssh, nodes: [node], addedBy: "olga" });
    expect(() => inventory.add("olga", { name, ssh, nodes: [] })).toThrow(
      "There is a server swarm-2 already",
    );
    inventory.pin("olga", name, "SHA256:new");
    inventory.addNode("olga", name, { ...node, hostKey: "SHA256:new-b" });
    expect(inventory.get(name).ssh?.hostKey).toBe("SHA256:new");
    expect(inventory.get(name).nodes).toEqual([{ ...node, hostKey: "SHA256:new-b" }]);
  });

  it("does not let a server go while an app is on it", () => {
    inventory.add("olga", { name, ssh, nodes: [node] });
    const app = { domain: "cloud.example.coop", recipe: "nextcloud", stack: "cloud_example_coop", env: "" };
    const row = { ...app, server: name, createdBy: "ana", createdAt: "2026-10-01T08:00:00.000Z" };
    db.orm.insert(schema.app).values(row).run();
    expect(() => inventory.remove("olga", name)).toThrow("An app is on swarm-2: cloud.example.coop.");
    expect(inventory.get(name).nodes).toHaveLength(1);
    db.orm.delete(schema.app).run();
    inventory.remove("olga", name);
    expect(() => inventory.get(name)).toThrow("There is no server swarm-2 here.");
    expect(db.orm.select().from(schema.serverNode).all()).toEqual([]);
  });
});
