import type { Duplex } from "node:stream";
import type { Clock } from "../../../core/clock.ts";
import { Problem } from "../../../core/problem.ts";
import { dockerDown } from "../../../core/problems/swarm.ts";
import { EngineAgent } from "../agent.ts";
import type { Way } from "../way.ts";
import { hostAndPort, type SshAddress, type SshSurroundings } from "./address.ts";
import { asSocket } from "./channel.ts";
import { openConnection, type Connection } from "./connection.ts";
import { run } from "./run.ts";
import { socketThere, type SocketThere } from "./socket-there.ts";

/**
 * A deploy waits this long for a server that has gone: a reboot, a moved cable, a provider's bad hour. Less than
 * the hour that a step of a workflow may take, so that it ends with the true reason.
 */
const awayMs = 45 * 60_000;

/** An engine behind SSH, and what else can be asked of its machine. */
export interface SshWay extends Way {
  /** Connects and logs in, if that has not been done. Rejects with the problem that says where it stops. */
  connect(): Promise<void>;
  /** Runs a command as the account that is logged in. For looking: the engine is asked through its socket. */
  run(argv: readonly string[]): Promise<{ code: number | null; output: string }>;
}

export interface SshWayOptions extends SshSurroundings {
  /** The server's name in the inventory; its host when there is none. */
  name?: string;
  clock: Clock;
  warn?: (line: string) => void;
}

/**
 * The Docker socket of another machine, over one SSH connection whose channels carry HTTP: 100 to 500 times
 * faster than a connection per call (facts: swarm §6). Nothing is sent before the first call.
 */
export function bySsh(address: SshAddress, options: SshWayOptions): SshWay {
  const { clock, agentSocket, warn = () => undefined } = options;
  const at = hostAndPort(address);
  const server = options.name === undefined ? at : `${options.name} (${at})`;
  const name = `${address.socket} on ${options.name ?? at}`;
  const another = (): Connection => openConnection({ name: server, address, clock, warn, agentSocket });
  const connection = another();
  const there = socketThere(connection, { name, socket: address.socket, user: address.user, another });
  const agent = new SshAgent(there);
  return {
    name,
    awayMs,
    isElsewhere: true,
    // The host is never looked up: the agent makes every connection. It keeps DOCKER_HOST from being used.
    options: { host: "docker", port: 80, protocol: "http", agent },
    problemOf: (thrown) => problemOf(thrown, name, connection, there),
    async connect() {
      await connection.line();
    },
    run: async (argv) => run(await connection.line(), argv),
    close() {
      agent.destroy();
      there.close();
    },
  };
}

/** What is kept alive between calls is a channel to the socket, not a connection. */
class SshAgent extends EngineAgent {
  readonly #there: SocketThere;
  constructor(there: SocketThere) {
    super();
    this.#there = there;
  }
  // Must not return anything: Node would take it for the socket, and the call would hang in silence.
  override createConnection(
    _options: unknown,
    callback?: (refused: Error | null, socket: Duplex) => void,
  ): undefined {
    this.#there.open().then(
      (channel) => callback?.(null, asSocket(channel)),
      (thrown: unknown) => callback?.(thrown as Error, undefined as never),
    );
  }
}

/** A call that was cut off says only "socket hang up"; the connection and the other end know more. */
function problemOf(
  thrown: unknown,
  name: string,
  connection: Connection,
  there: SocketThere,
): Problem | undefined {
  if (thrown instanceof Problem) return thrown;
  const known = connection.problem();
  if (known !== undefined) return known;
  const reason = there.said();
  return reason === undefined ? undefined : dockerDown({ socket: name, reason }, thrown);
}
