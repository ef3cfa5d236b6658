import type { ServerName } from "../core/terms.ts";
import type { Swarm } from "../swarm/types.ts";

/** How a server is reached over SSH. */
export interface SshAddress {
  host: string;
  port: number;
  user: string;
  /** Path of the private key; null: the SSH agent of the process. Keys are never kept in the database. */
  keyFile: string | null;
  /** The one host key that counts: `SHA256:…`. */
  hostKey: string;
  /** Path of the Docker socket there. */
  socket: string;
}

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

/** The servers that apps run on. Synchronous members read or write the database only. */
export interface Servers {
  /** `local` first, then by name. */
  list(): Server[];
  /** Throws `server-unknown` with the ones there are. */
  get(name: ServerName): Server;
  /** The Swarm of a server; opened when it is first asked for, kept until `close`. Throws `server-unknown`. */
  swarmOf(name: ServerName): Swarm;
  close(): void;
}
