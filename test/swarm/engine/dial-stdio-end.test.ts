/** What is said when `docker system dial-stdio` ends at once: with a server that sends end and exit code in both orders. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import ssh2, { type ServerChannel } from "ssh2";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/core/clock.ts";
import { bySsh, openSwarm, probeHostKey } from "../../../src/swarm/index.ts";

const endings: Record<string, (channel: ServerChannel) => void> = {
  "the end before the exit code": (channel) => {
    eof(channel);
    setTimeout(() => leave(channel), 100);
  },
  "the exit code before the end": (channel) => {
    channel.exit(127);
    setTimeout(() => channel.close(), 100);
  },
};

describe("docker on a server that forwards no sockets", () => {
  const cleanup: (() => void)[] = [];
  afterEach(() => {
    for (const undo of cleanup.splice(0).reverse()) undo();
  });

  it.each(Object.keys(endings))("is told to be missing, %s", async (order) => {
    const folder = mkdtempSync(path.join(tmpdir(), "tandem-stdio-"));
    cleanup.push(() => rmSync(folder, { recursive: true }));
    const { private: key } = ssh2.utils.generateKeyPairSync("ed25519");
    const keyFile = path.join(folder, "key");
    writeFileSync(keyFile, key);
    const port = await serve(key, endings[order] ?? leave, cleanup);
    const place = { host: "127.0.0.1", port };
    const address = { ...place, user: "tandem", keyFile, socket: "/var/run/docker.sock" };
    const hostKey = (await probeHostKey(place)).fingerprint;
    const way = bySsh({ ...address, hostKey }, { name: "swarm-2", clock: systemClock });
    const swarm = openSwarm({ way, clock: systemClock });
    cleanup.push(() => swarm.close());
    await expect(swarm.check()).rejects.toThrow(/AllowStreamLocalForwarding.*program docker is not there/);
  });
});

function leave(channel: ServerChannel): void {
  channel.exit(127);
  channel.close();
}

/** OpenSSH often says the end of a channel before the exit code; ssh2's server would never. */
function eof(channel: ServerChannel): void {
  (channel as unknown as { eof(): void }).eof();
  (channel.outgoing as { state: string }).state = "open";
}

/** Lets everybody in, and ends each command in one way. Answers the port. */
async function serve(
  hostKey: string,
  end: (channel: ServerChannel) => void,
  cleanup: (() => void)[],
): Promise<number> {
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on("error", () => undefined);
    client.on("authentication", (asked) => asked.accept());
    client.on("session", (accept) => {
      accept().on("exec", (run) => end(run()));
    });
    cleanup.push(() => client.end());
  });
  cleanup.push(() => server.close());
  await new Promise<void>((listens) => server.listen(0, "127.0.0.1", () => listens()));
  return (server.address() as AddressInfo).port;
}
