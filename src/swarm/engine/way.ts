import type http from "node:http";
import type Docker from "dockerode";
import { EngineAgent } from "./agent.ts";

/** How a Docker Engine is reached: over its socket here, or over SSH. */
export interface Way {
  /** In words, for problems: a socket's path, or whose socket over SSH. */
  readonly name: string;
  /** What dockerode needs. */
  readonly options: Docker.DockerOptions & { agent: http.Agent };
  /** Why a call failed, in words for people, when the way itself knows better than the call. */
  reasonOf?(thrown: unknown): string | undefined;
  close(): void;
}

/** The unix socket of an engine on this machine. */
export function bySocket(socketPath: string): Way {
  const agent = new EngineAgent();
  return {
    name: socketPath,
    // `host: undefined` keeps DOCKER_HOST of the process from overriding the socket.
    options: { socketPath, host: undefined, agent },
    close: () => agent.destroy(),
  };
}
