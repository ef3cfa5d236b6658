import { Duplex } from "node:stream";
import ssh2, { type Client, type ClientChannel } from "ssh2";
import { Problem } from "../../../core/problem.ts";
import { serverNotReached } from "../../../core/problems/servers.ts";
import type { SshAddress, SshSurroundings } from "./address.ts";
import { connectionProblem, handshakeMs, reasonInWords } from "./failure.ts";
import { hostKeyOf, type HostKey } from "./host-key.ts";
import { loginKey } from "./login-key.ts";

/** A line that carries nothing for three of these is dead; both ends would otherwise wait for ever. */
const keepaliveMs = 10_000;
const keepalivesMissed = 3;
/** A channel is opened in one round trip; a server that takes longer does not answer. */
const openMs = 15_000;

/** One connection that stands. */
export interface Line {
  /**
   * Opens a channel. Rejects with ssh2's refusal, or with `server-not-reached` when the line is cut or silent
   * meanwhile: ssh2 itself would leave the caller waiting for ever.
   */
  open(how: (client: Client, give: Given) => void): Promise<ClientChannel>;
  close(): void;
}

type Given = (refusal: Error | undefined, channel: ClientChannel) => void;

/**
 * Connects and logs in. The host key is compared before anything else is said; no key but the agreed one is
 * accepted. Rejects with a Problem. `onGone` is called once when a line that stood is gone, before the calls on it
 * hear of it.
 */
export function dial(
  name: string,
  address: SshAddress,
  around: SshSurroundings,
  onGone: (cut: Problem) => void,
): Promise<Line> {
  return new Promise((connected, refused) => {
    const { host, port, user, hostKey } = address;
    const key = loginKey(address, around);
    let shown: HostKey | undefined;
    const client = new ssh2.Client();
    client.on("error", (thrown) => {
      refused(connectionProblem(thrown, { server: name, user, key: key.name, agreed: hostKey, shown }));
    });
    client.once("close", () => refused(serverNotReached({ server: name, reason: "it hung up" })));
    client.once("ready", () => {
      // Small requests and their answers would otherwise wait 40 ms for each other (facts: swarm §6).
      client.setNoDelay(true);
      connected(lineOn(client, name, onGone));
    });
    client.connect({
      ...key.with,
      host,
      port,
      username: user,
      readyTimeout: handshakeMs,
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: keepalivesMissed,
      hostVerifier: (blob: Buffer) => {
        shown = hostKeyOf(blob);
        return shown.fingerprint === hostKey;
      },
    });
  });
}

function lineOn(client: Client, name: string, onGone: (cut: Problem) => void): Line {
  let why = "the connection was cut";
  let isGone = false;
  const pending = new Set<(thrown: Error) => void>();
  const channels = new Set<ClientChannel>();
  const cut = (): Problem => serverNotReached({ server: name, reason: why });
  // First in line: ssh2 ends the channels, and with them the calls, when it hears of the end itself.
  const end = (): void => {
    if (isGone) return;
    isGone = true;
    onGone(cut());
    for (const fail of pending) fail(cut());
    for (const channel of channels) bury(channel);
  };
  client.on("error", (thrown) => {
    why = reasonInWords(thrown);
    end();
  });
  client.once("end", end).once("close", end);
  const open: Line["open"] = (how) =>
    new Promise((given, refused) => {
      const fail = (thrown: Error): void => {
        clearTimeout(patience);
        pending.delete(fail);
        refused(thrown);
      };
      const patience = setTimeout(() => {
        why = "it has gone silent";
        client.destroy();
      }, openMs);
      pending.add(fail);
      try {
        if (isGone) throw cut();
        how(client, (refusal, channel) => {
          clearTimeout(patience);
          pending.delete(fail);
          if (refusal !== undefined) {
            refused(refusal);
            return;
          }
          channels.add(channel);
          channel.once("close", () => channels.delete(channel));
          given(channel);
        });
      } catch (thrown) {
        // ssh2 throws "Not connected" between the end of a line and its being told.
        fail(thrown instanceof Problem ? thrown : cut());
      }
    });
  return { open, close: () => client.end() };
}

/**
 * Ends a channel whose line is gone. ssh2 waits until somebody has read it to its end, which nobody does with one
 * that is kept for the next call: that call would be written into the void.
 */
function bury(channel: ClientChannel): void {
  Duplex.prototype.destroy.call(channel);
  channel.emit("close");
}
