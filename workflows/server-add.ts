import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { hashOf } from "../src/core/canonical.ts";
import { AbsolutePath, AccountName, HostName, Port } from "../src/core/server-terms.ts";
import { ServerName } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";

type Servers = Trades["servers"];
type HostKey = Awaited<ReturnType<Servers["probe"]>>;
type Nodes = Awaited<ReturnType<Servers["probeNodes"]>>;
type Added = Parameters<Servers["add"]>[1];

/**
 * Makes a server known. Its host key is read without believing it; people compare it and agree; only then does
 * Tandem log in. Host keys of further nodes are read after that and agreed to in a second question.
 */
export default workflow({
  input: z.strictObject({
    name: ServerName,
    host: HostName,
    port: Port,
    user: AccountName,
    keyFile: AbsolutePath.nullable(),
    socket: AbsolutePath,
  }),
  lock: ({ name }) => `server ${name}`,
  outline: ["read the host key", "approval", "log in", "write it down"],

  async run(tools, { name, ...place }) {
    const { step, tx, approval, servers, run } = tools;
    const shown = await step("read the host key", () => {
      servers.assertFree(name);
      return servers.probe(place);
    });
    const ssh = { ...place, hostKey: shown.fingerprint };
    await approval({
      ask: question(name, ssh, shown),
      from: "maintainer",
      weight: "grave",
      binds: hashOf({ name, ...ssh }),
      subject: name,
    });
    const met = await step("log in", () => servers.meet(name, ssh));
    const probed = met.others.length === 0 ? [] : await agreedNodes(tools, name, met.others, ssh.port);
    const nodes = probed.flatMap(wayTo);
    await tx("write it down", () => servers.add(run.askedBy ?? "schedule", { name, ssh, nodes }));
    return say(`${name} is a server of ours now.`, {
      list: [
        ...met.findings.map(({ what, says }) => `${what}: ${says}`),
        ...probed.filter((node) => node.hostKey === null).map(withoutWay(name)),
      ],
      next: `To put an app there: \`app new <recipe> <domain> --server ${name}\``,
    });
  },
});

/** The other nodes with the host keys that were agreed to; those whose key was not seen stay without a way. */
async function agreedNodes(
  { step, approval, servers }: Tools & Trades,
  name: ServerName,
  others: Parameters<Servers["probeNodes"]>[0],
  port: number,
): Promise<Nodes> {
  const probed = await step("read the host keys of its nodes", () => servers.probeNodes(others, port));
  if (probed.every((node) => node.hostKey === null)) return probed;
  await approval({
    ask: say(`Let Tandem log in to the other nodes of ${name}, too?`, {
      list: [
        ...probed.flatMap(({ hostname, host, hostKey }) =>
          hostKey === null ? [] : [`${hostname} at ${host ?? "?"}: ${inWords(hostKey)}`],
        ),
        ...probed.filter((node) => node.hostKey === null).map(withoutWay(name)),
        howToCompare(probed.find((node) => node.hostKey !== null)?.hostKey ?? null),
      ],
    }),
    from: "maintainer",
    weight: "grave",
    binds: hashOf(
      probed.map(({ hostname, host, hostKey }) => [hostname, host, hostKey?.fingerprint ?? null]),
    ),
    subject: name,
  });
  return probed;
}

function wayTo({ hostname, host, port, hostKey }: Nodes[number]): Added["nodes"] {
  return host === null || hostKey === null ? [] : [{ hostname, host, port, hostKey: hostKey.fingerprint }];
}

const withoutWay =
  (server: string) =>
  ({ hostname, why }: Nodes[number]): string =>
    `${hostname}: no way yet (${why ?? "not seen"}); later: \`server add-node ${server} ${hostname} <host>\``;

function question(name: ServerName, ssh: Added["ssh"], shown: HostKey): Message {
  const key = ssh.keyFile === null ? "a key of its SSH agent" : `the key in \`${ssh.keyFile}\``;
  return say(`Let Tandem manage the server ${name} at ${ssh.host}, port ${ssh.port}?`, {
    list: [
      `It logs in as \`${ssh.user}\` with ${key} and uses the Docker socket \`${ssh.socket}\`.`,
      `The machine shows ${inWords(shown)}`,
      howToCompare(shown),
    ],
  });
}

function inWords({ kind, fingerprint }: HostKey): string {
  return `the ${kind} host key \`${fingerprint}\``;
}

function howToCompare(shown: HostKey | null): string {
  const kind = shown?.kind.toLowerCase() ?? "ed25519";
  return (
    "Compare it before you agree, on the machine's own console and not over this network: " +
    `\`ssh-keygen -lf /etc/ssh/ssh_host_${kind}_key.pub\`. From then on only this key counts.`
  );
}
