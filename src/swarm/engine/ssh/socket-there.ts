/** The Docker socket at the other end: forwarded by sshd, or by a `docker` there when sshd may not. */
import type { Duplex } from "node:stream";
import { dockerDown } from "../../../core/problems/swarm.ts";
import { Problem } from "../../../core/problem.ts";
import type { Connection } from "./connection.ts";
import type { Line } from "./dial.ts";
import { run, words } from "./run.ts";

export interface SocketThere {
  /**
   * A stream to the socket. Rejects with `docker-down` when it is not there or may not be opened, or with what
   * the connection says.
   */
  open(): Promise<Duplex>;
  /** What `docker system dial-stdio` said last when it could not help. */
  said(): string | undefined;
}

/**
 * sshd says "open failed" whether forwarding is switched off, the socket is missing or its group is another;
 * so a refusal is looked into. `onStdio` is told when calls go through `docker system dial-stdio` from now on,
 * of which sshd allows ten at once (MaxSessions).
 */
export function socketThere(
  connection: Connection,
  { name, socket, user, onStdio }: { name: string; socket: string; user: string; onStdio: () => void },
): SocketThere {
  /** How calls get through on a line; forgotten with the line. */
  const ways = new WeakMap<Line, "forwarded" | "stdio">();
  let said: string | undefined;
  const down = (reason: string, cause?: unknown) => dockerDown({ socket: name, reason }, cause);

  const byStdio = async (line: Line, refusal: unknown): Promise<Duplex> => {
    const command = `docker -H ${words([`unix://${socket}`])} system dial-stdio`;
    const channel = await line
      .open((client, give) => client.exec(command, give))
      .catch((thrown: unknown) => {
        if (thrown instanceof Problem) throw thrown;
        throw down(`sshd there forwards no sockets and runs no commands for ${user}`, refusal);
      });
    let stderr = "";
    channel.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2000)));
    channel.once("readable", () => {
      if (channel.readableLength === 0 || ways.has(line)) return;
      ways.set(line, "stdio");
      onStdio();
    });
    channel.once("exit", (code: number | null) => {
      if (code !== 0) said = reasonOfDocker(code, stderr.trim());
    });
    return channel;
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
  };
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
