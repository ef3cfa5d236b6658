/** A look at a server, in the order in which one thing needs the other. */
import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { messageOf, Problem } from "../core/problem.ts";
import { serverNotReached } from "../core/problems/servers.ts";
import { hostAndPort, type SshAddress, type SshWay, type Swarm } from "../swarm/index.ts";
import type { OtherNode, ServerFinding, ServerNode, ServerReport } from "./types.ts";

/** A machine that takes longer to take a call does not answer. */
const reachMs = 10_000;

export interface Examined {
  /** Null: the socket of this machine, which needs no network. */
  ssh: { address: SshAddress; way: SshWay } | null;
  swarm: Swarm;
  /** The ways that are known to other nodes. */
  nodes: ServerNode[];
}

export async function examine({ ssh, swarm, nodes }: Examined): Promise<ServerReport> {
  const report: ServerReport = { findings: [], problem: null, engine: null, node: null, others: [] };
  const find = async (what: ServerFinding["what"], look: () => Promise<string>): Promise<void> => {
    if (report.problem !== null) return;
    try {
      report.findings.push({ what, isWell: true, says: await look() });
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      report.problem = thrown.toJSON();
      report.findings.push({ what, isWell: false, says: thrown.message });
    }
  };
  if (ssh !== null) {
    const { address, way } = ssh;
    let ip = address.host;
    await find("name", async () => (ip = await resolved(address)));
    await find("network", () => reached(address, ip));
    await find("host key and login", async () => {
      await way.connect();
      return `${address.hostKey}, logged in as ${address.user}`;
    });
  }
  await find("docker", async () => {
    const { engine, node } = await swarm.check();
    Object.assign(report, { engine, node });
    return `engine ${engine}, Swarm manager on ${node}`;
  });
  await find("nodes", async () => {
    const { others, says } = await lookAtNodes(swarm, nodes);
    report.others = others;
    return says;
  });
  if (ssh !== null) await find("disk", () => disk(ssh.way));
  return report;
}

async function resolved(address: SshAddress): Promise<string> {
  try {
    return (await lookup(address.host)).address;
  } catch (thrown) {
    const reason = /EAI_AGAIN/.test(messageOf(thrown))
      ? "names of machines cannot be looked up right now"
      : "nobody knows a machine of that name";
    throw serverNotReached({ server: hostAndPort(address), reason }, thrown);
  }
}

function reached(address: SshAddress, ip: string): Promise<string> {
  const { port } = address;
  return new Promise((done, failed) => {
    const fail = (reason: string, thrown?: unknown): void =>
      failed(serverNotReached({ server: hostAndPort(address), reason }, thrown));
    const socket = connect({ host: ip, port, timeout: reachMs });
    socket.once("connect", () => {
      socket.destroy();
      done(`${ip} takes calls on port ${port}`);
    });
    socket.once("timeout", () => {
      socket.destroy();
      fail(`${ip} was silent for ${reachMs / 1000} s`);
    });
    socket.once("error", (thrown: NodeJS.ErrnoException) =>
      fail(
        thrown.code === "ECONNREFUSED" ? `nothing listens on port ${port} of ${ip}` : thrown.message,
        thrown,
      ),
    );
  });
}

async function lookAtNodes(
  swarm: Swarm,
  known: ServerNode[],
): Promise<{ others: OtherNode[]; says: string }> {
  const all = await swarm.nodes();
  const others = all
    .filter((node) => !node.isAsked)
    .map(({ hostname, addr }) => ({
      hostname,
      addr,
      isKnown: known.some((one) => one.hostname === hostname),
    }));
  const states = await Promise.all(
    all
      .filter((node) => !node.isAsked)
      .map(async ({ id, hostname, state }) => {
        if (!known.some((one) => one.hostname === hostname)) return `${hostname} is ${state}, no way known`;
        const engine = await swarm.reach(id);
        return `${hostname} is ${state}, reached (engine ${engine})`;
      }),
  );
  const count = all.length === 1 ? "one node" : `${all.length} nodes`;
  return { others, says: [count, ...states].join("; ") };
}

/** Room where Docker keeps its data, as the account there sees it; a machine without df says so. */
async function disk(way: SshWay): Promise<string> {
  const { output } = await way.run(["df", "-Pk", "/var/lib/docker", "/"]).catch((thrown: unknown) => {
    if (thrown instanceof Problem) throw thrown;
    return { output: "" };
  });
  const fields = output.split("\n")[1]?.trim().split(/\s+/);
  const freeKb = Number(fields?.[3]);
  if (fields === undefined || Number.isNaN(freeKb)) return "it does not say how much room there is";
  return `${(freeKb / 1024 / 1024).toFixed(1)} GB free (${fields[4] ?? "?"} used)`;
}
