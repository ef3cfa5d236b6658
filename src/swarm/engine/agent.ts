import http from "node:http";
import { inspect } from "node:util";

/** More calls at once than this wait; one plan makes about twenty. */
const mostSockets = 32;

/**
 * Keeps connections to the engine open between calls. docker-modem prints every request's options to full
 * depth, hidden members included, even when nobody reads it: without a short form of its own the agent
 * drags its whole graph of sockets through that, 40 times slower (facts: swarm §6).
 */
export class EngineAgent extends http.Agent {
  constructor() {
    super({ keepAlive: true, maxSockets: mostSockets });
  }
  [inspect.custom](): string {
    return "EngineAgent";
  }
}
