import type http from "node:http";
import type Docker from "dockerode";
import type { Problem } from "../../core/problem.ts";
import { EngineAgent } from "./agent.ts";

/** An engine on this machine that restarts is back within seconds. */
const socketAwayMs = 60_000;

/** How a Docker Engine is reached: over its socket here, or over SSH. */
export interface Way {
  /** In words, for problems: a socket's path, or whose socket over SSH. */
  readonly name: string;
  /** What dockerode needs. */
  readonly options: Docker.DockerOptions & { agent: http.Agent };
  /** How long (ms) a deploy waits for an engine that has gone, before that is a problem of its own. */
  readonly awayMs: number;
  /** On another machine: it comes and goes without this one. */
  readonly isElsewhere?: boolean;
  /** Why a call failed, when the way itself knows better than the call. */
  problemOf?(thrown: unknown): Problem | undefined;
  close(): void;
}

/** The unix socket of an engine on this machine. */
export function bySocket(socketPath: string): Way {
  const agent = new EngineAgent();
  return {
    name: socketPath,
    awayMs: socketAwayMs,
    // `host: undefined` keeps DOCKER_HOST of the process from overriding the socket.
    options: { socketPath, host: undefined, agent },
    close: () => agent.destroy(),
  };
}
