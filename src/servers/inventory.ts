/** Servers in the database: which there are, how they are reached, whose host keys count. */
import { and, eq } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { serverUnknown } from "../core/problems/apps.ts";
import { serverExists, serverInUse, serverIsHere } from "../core/problems/servers.ts";
import { ServerName } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import { hostAndPort } from "../swarm/index.ts";
import type { Server, Servers, SshAddress } from "./types.ts";

/** The server on this machine. */
export const local = ServerName.parse("local");

export interface InventoryParts {
  db: Db;
  clock: Clock;
  audit: Pick<Audit, "append">;
}

export type Inventory = Pick<
  Servers,
  "list" | "get" | "assertFree" | "assertUnused" | "addressOf" | "add" | "remove" | "pin" | "addNode"
>;

const here: Server = { name: local, ssh: null, nodes: [], addedBy: null, addedAt: null };

export function openInventory(parts: InventoryParts): Inventory {
  const { db } = parts;
  const { server, serverNode, app } = schema;
  const list = (): Server[] => {
    const nodes = db.orm.select().from(serverNode).orderBy(serverNode.hostname).all();
    const rows = db.orm.select().from(server).orderBy(server.name).all();
    return [here, ...rows.map((row) => serverOf(row, nodes))];
  };
  const find = (name: ServerName): Server | undefined => list().find((one) => one.name === name);
  const get: Servers["get"] = (name) => {
    const found = find(name);
    if (found === undefined) throw serverUnknown({ server: name, known: list().map((one) => one.name) });
    return found;
  };
  const addressOf = (name: ServerName): SshAddress => {
    const { ssh } = get(name);
    if (ssh === null) throw serverIsHere({ server: name });
    return ssh;
  };
  const assertFree = (name: ServerName): void => {
    const taken = find(name);
    if (taken === undefined) return;
    const host = taken.ssh === null ? "the socket of this machine" : hostAndPort(taken.ssh);
    throw serverExists({ server: name, host });
  };
  const assertUnused = (name: ServerName): void => {
    addressOf(name);
    const apps = db.orm.select({ domain: app.domain }).from(app).where(eq(app.server, name)).all();
    if (apps.length > 0) throw serverInUse({ server: name, apps: apps.map(({ domain }) => domain).sort() });
  };
  return {
    list,
    get,
    addressOf,
    assertFree,
    assertUnused,
    ...openWrites(parts, { addressOf, assertFree, assertUnused }),
  };
}

type Checks = Pick<Servers, "addressOf" | "assertFree" | "assertUnused">;

function openWrites(
  { db, clock, audit }: InventoryParts,
  { addressOf, assertFree, assertUnused }: Checks,
): Pick<Servers, "add" | "remove" | "pin" | "addNode"> {
  const { server, serverNode } = schema;
  return {
    add: (who, { name, ssh, nodes }) =>
      db.tx(() => {
        assertFree(name);
        db.orm
          .insert(server)
          .values({ name, ...ssh, addedBy: who, addedAt: isoOf(clock.now()) })
          .run();
        for (const node of nodes) {
          db.orm
            .insert(serverNode)
            .values({ server: name, ...node })
            .run();
        }
        const { host, port, user, hostKey } = ssh;
        const details = { host, port, user, hostKey, nodes: nodes.map((node) => ({ ...node })) };
        audit.append({ who, what: "server.added", subject: name, details });
      }),
    remove: (who, name) =>
      db.tx(() => {
        assertUnused(name);
        const { host, hostKey } = addressOf(name);
        db.orm.delete(serverNode).where(eq(serverNode.server, name)).run();
        db.orm.delete(server).where(eq(server.name, name)).run();
        audit.append({ who, what: "server.removed", subject: name, details: { host, hostKey } });
      }),
    pin: (who, name, hostKey) =>
      db.tx(() => {
        const before = addressOf(name).hostKey;
        db.orm.update(server).set({ hostKey }).where(eq(server.name, name)).run();
        audit.append({ who, what: "server.key-rotated", subject: name, details: { before, hostKey } });
      }),
    addNode: (who, name, node) =>
      db.tx(() => {
        addressOf(name);
        const which = and(eq(serverNode.server, name), eq(serverNode.hostname, node.hostname));
        db.orm.delete(serverNode).where(which).run();
        db.orm
          .insert(serverNode)
          .values({ server: name, ...node })
          .run();
        audit.append({ who, what: "server.node-added", subject: name, details: { ...node } });
      }),
  };
}

type Row = typeof schema.server.$inferSelect;
type NodeRow = typeof schema.serverNode.$inferSelect;

function serverOf({ name, addedBy, addedAt, ...ssh }: Row, nodes: NodeRow[]): Server {
  const own = nodes.filter((node) => node.server === name);
  return {
    name: name as ServerName,
    ssh,
    nodes: own.map(({ server: _server, ...node }) => node),
    addedBy,
    addedAt,
  };
}
