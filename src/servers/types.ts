import type { ProblemText } from "../core/problem.ts";
import type { ServerName } from "../core/terms.ts";
import type { HostKey, SshAddress } from "../swarm/index.ts";
import type { Swarm } from "../swarm/types.ts";

export type { HostKey, SshAddress };

export interface ServerNode {
  /** As the Swarm calls it. */
  hostname: string;
  host: string;
  port: number;
  hostKey: string;
}

export interface Server {
  name: ServerName;
  /** Null: the socket of the settings on this machine (the server `local`). */
  ssh: SshAddress | null;
  /** Nodes beside the manager that is asked, as far as they are known. */
  nodes: ServerNode[];
  addedBy: string | null;
  addedAt: string | null;
}

/** One thing that was looked at, in the order in which one needs the other. */
export interface ServerFinding {
  what: "name" | "network" | "host key and login" | "docker" | "nodes" | "disk";
  isWell: boolean;
  says: string;
}

/** Another node of a server's Swarm. */
export interface OtherNode {
  hostname: string;
  /** Where the Swarm says it is; null when it does not say. */
  addr: string | null;
  /** Whether the inventory has a way to it. */
  isKnown: boolean;
}

/** Another node with the host key that its machine shows, or why that was not seen. */
export interface ProbedNode {
  hostname: string;
  host: string | null;
  port: number;
  hostKey: HostKey | null;
  why: string | null;
}

/** What a look at a server found. The last finding is the one at which it stopped, if it did. */
export interface ServerReport {
  findings: ServerFinding[];
  /** Why it stopped; null: the server can be used. */
  problem: (ProblemText & { code: string }) | null;
  engine: string | null;
  node: string | null;
  others: OtherNode[];
}

/** The servers that apps run on. Synchronous members read or write the database only. */
export interface Servers {
  /** `local` first, then by name. */
  list(): Server[];
  /** Throws `server-unknown` with the ones there are. */
  get(name: ServerName): Server;
  /** The Swarm of a server; opened when it is first asked for, kept until `close`. Throws `server-unknown`. */
  swarmOf(name: ServerName): Swarm;
  /** Throws `server-exists` when the name is taken. */
  assertFree(name: ServerName): void;
  /** Throws `server-in-use` while apps are on it, `server-is-here` for `local`, `server-unknown`. */
  assertUnused(name: ServerName): void;
  /** How the server is reached. Throws `server-is-here` for `local`, `server-unknown`. */
  addressOf(name: ServerName): SshAddress;
  /**
   * The host key that a machine shows. Connects for that alone: nothing is believed, no key is offered. Throws
   * `server-not-reached`.
   */
  probe(at: { host: string; port: number }): Promise<HostKey>;
  /** Looks at a server in the order in which one thing needs the other; stops where it stops. */
  check(name: ServerName): Promise<ServerReport>;
  /** The same for one that is not in the inventory yet; only its host key counts. Throws where it stops. */
  meet(name: string, address: SshAddress): Promise<ServerReport>;
  /** The host keys that the machines of other nodes show; none of them is believed. */
  probeNodes(others: readonly OtherNode[], port: number): Promise<ProbedNode[]>;
  /** Throws `node-unknown` when the Swarm of the server has no other node of that name. */
  assertNode(name: ServerName, hostname: string): Promise<void>;
  /** Writes a server down. Joins the open transaction, writes its audit row. Throws `server-exists`. */
  add(who: string, server: { name: ServerName; ssh: SshAddress; nodes: ServerNode[] }): void;
  /** Takes it out of the inventory; nothing on it is touched. Joins the open transaction. Throws as `assertUnused`. */
  remove(who: string, name: ServerName): void;
  /** From now on only this host key counts. Joins the open transaction. */
  pin(who: string, name: ServerName, hostKey: string): void;
  /** Writes down the way to another node, or another way to it. Joins the open transaction. */
  addNode(who: string, name: ServerName, node: ServerNode): void;
  close(): void;
}
