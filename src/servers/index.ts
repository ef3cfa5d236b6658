// Servers: which Swarms there are and how each is reached. `local` is the Docker socket of the settings; all
// others are reached over SSH with a host key that somebody agreed to. Keys stay in files or with an agent.
// Whoever needs a Swarm asks here by the server's name, so that nobody else knows of sockets and addresses.
export { openServers, type ServersOptions } from "./open.ts";
export { local } from "./inventory.ts";
export type * from "./types.ts";
