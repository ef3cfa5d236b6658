/** The Docker socket at the other end: forwarded by sshd, or by a `docker` there when sshd may not. */
import type { Duplex } from "node:stream";
import type { ClientChannel } from "ssh2";
import { dockerDown } from "../../../core/problems/swarm.ts";
import { Problem } from "../../../core/problem.ts";
import type { Connection } from "./connection.ts";
import type { Line } from "./dial.ts";
import { openExec, run, words } from "./run.ts";

export interface SocketThere {
  /**
   * A stream to the socket. Rejects with `docker-down` when it is not there or may not be opened, or with what
   * the connection says.
   */
  open(): Promise<Duplex>;
  /** What `docker system dial-stdio` said last when it could not help. */
  said(): string | undefined;
  close(): void;
}

/** sshd allows ten sessions on a connection (MaxSessions); two are left for looking. */
const mostSessions = 8;
/** A command that was killed, or whose session was closed, has no exit code to wait for. */
const codeMs = 1000;

export interface SocketThereOptions {
  /** How the socket is called in problems. */
  name: string;
  socket: string;
  user: string;
  /** Makes one more connection to the same server, for more sessions than one may have. */
  another: () => Connection;
}

/**
 * sshd says "open failed" whether forwarding is switched off, the socket is missing or its group is another;
 * so a refusal is looked into. Where sockets are not forwarded, `docker system dial-stdio` carries the calls.
 */
export function socketThere(connection: Connection, options: SocketThereOptions): SocketThere {
  const { name, socket, user } = options;
  /** How calls get through on the first line; forgotten with it. */
  const ways = new WeakMap<Line, "forwarded" | "stdio">();
  const sessions = [{ connection, used: 0 }];
  let said: string | undefined;
  const down = (reason: string, cause?: unknown) => dockerDown({ socket: name, reason }, cause);

  const free = (): { connection: Connection; used: number } => {
    const found = sessions.find(({ used }) => used < mostSessions);
    if (found !== undefined) return found;
    const more = { connection: options.another(), used: 0 };
    sessions.push(more);
    return more;
  };
  const byStdio = async (first: Line, refusal: unknown): Promise<Duplex> => {
    const session = free();
    session.used++;
    try {
      const line = await session.connection.line();
      const command = `docker -H ${words([`unix://${socket}`])} system dial-stdio`;
      const channel = await openExec(line, command, (opened) =>
        listenTo(opened, {
          onData: () => void ways.set(first, "stdio"),
          onEnd: (code, stderr) => (said = code === 0 ? said : reasonOfDocker(code, stderr)),
        }),
      );
      channel.once("close", () => session.used--);
      return channel;
    } catch (thrown) {
      session.used--;
      if (thrown instanceof Problem) throw thrown;
      throw down(`sshd there forwards no sockets and runs no commands for ${user}`, refusal ?? thrown);
    }
  };
  return {
    async open() {
      const line = await connection.line();
      if (ways.get(line) === "stdio") return byStdio(line, undefined);
      try {
        const channel = await line.open((client, give) => client.openssh_forwardOutStreamLocal(socket, give));
        ways.set(line, "forwarded");
        return channel;
      } catch (thrown) {
        if (thrown instanceof Problem) throw thrown;
        // It was forwarded a moment ago, so it may be: then nobody listens there just now.
        if (ways.get(line) === "forwarded") throw down("nothing listens there", thrown);
        const seen = await look(line, socket);
        if (seen === "missing") throw down("there is no such socket", thrown);
        if (seen === "closed")
          throw down(`${user} may not open it (is ${user} in the group docker?)`, thrown);
        return byStdio(line, thrown);
      }
    },
    said: () => said,
    close() {
      for (const one of sessions) one.connection.close();
    },
  };
}

/**
 * Hears what a command there says, without taking from the caller what it says to them. sshd sends the exit code
 * and the end of what was said in either order; the end is handed on when both are there, so that a call that ends
 * for want of an answer can be told why. To be called in the turn in which the channel is given.
 */
function listenTo(
  channel: ClientChannel,
  { onData, onEnd }: { onData: () => void; onEnd: (code: number | null, stderr: string) => void },
): void {
  let stderr = "";
  let exit: { code: number | null } | undefined;
  let patience: NodeJS.Timeout | undefined;
  channel.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2000)));
  // A listener for data would take the bytes away from the call.
  const push = channel.push.bind(channel);
  const end = (): boolean => {
    clearTimeout(patience);
    if (exit !== undefined) onEnd(exit.code, stderr.trim());
    return push(null);
  };
  channel.push = (...given: Parameters<typeof push>) => {
    if (given[0] !== null) {
      onData();
      return push(...given);
    }
    if (exit !== undefined) return end();
    patience ??= setTimeout(end, codeMs);
    return false;
  };
  channel.once("exit", (code: number | null) => {
    exit = { code };
    if (patience !== undefined) end();
  });
}

/** What the account there sees of the socket; "unknown" when it may not look. */
async function look(line: Line, socket: string): Promise<"there" | "missing" | "closed" | "unknown"> {
  const [path] = [words([socket])];
  const script = `if [ ! -S ${path} ]; then echo missing; elif [ ! -w ${path} ]; then echo closed; else echo there; fi`;
  const { output } = await run(line, ["sh", "-c", script]).catch((thrown: unknown) => {
    if (thrown instanceof Problem) throw thrown;
    return { output: "" };
  });
  const seen = output.trim();
  return seen === "there" || seen === "missing" || seen === "closed" ? seen : "unknown";
}

function reasonOfDocker(code: number | null, stderr: string): string {
  if (code === 127) {
    return "sshd there forwards no sockets (AllowStreamLocalForwarding), and the program docker is not there either";
  }
  const last = stderr.split("\n").at(-1) ?? "";
  if (/permission denied/i.test(last))
    return "the account there may not open it (is it in the group docker?)";
  if (/cannot connect|connection refused|no such file/i.test(last)) return "nothing listens there";
  return last === "" ? `docker there ended with code ${code ?? "none"}` : `docker there says: ${last}`;
}
