/** What people compare before the machine behind a repository is believed. */
import type { Trades } from "../../src/workflow/define.ts";

export type HostKey = NonNullable<Awaited<ReturnType<Trades["backups"]["probeRepository"]>>>;

export function hostKeyWords({ kind, fingerprint }: HostKey, keyFile: string | null): string[] {
  return [
    `Tandem's helpers log in there with the key in \`${keyFile ?? ""}\`.`,
    `The machine shows the ${kind} host key \`${fingerprint}\``,
    "Compare it before you agree, on the machine's own console and not over this network: " +
      `\`ssh-keygen -lf /etc/ssh/ssh_host_${kind.toLowerCase()}_key.pub\`. ` +
      "From then on only this key counts.",
  ];
}
