import ssh2 from "ssh2";
import { serverNotReached } from "../../../core/problems/servers.ts";
import { hostAndPort, type SshAddress } from "./address.ts";
import { handshakeMs, reasonInWords } from "./failure.ts";
import { hostKeyOf, type HostKey } from "./host-key.ts";

/**
 * Reads the host key that a server shows, and hangs up: nothing is believed and no key is offered. The same
 * kinds are preferred as when logging in, so that it is the key that is shown then. Throws
 * `server-not-reached`.
 */
export function probeHostKey(address: Pick<SshAddress, "host" | "port">): Promise<HostKey> {
  return new Promise((seen, failed) => {
    const client = new ssh2.Client();
    const fail = (reason: string, cause?: unknown): void =>
      failed(serverNotReached({ server: hostAndPort(address), reason }, cause));
    // Refusing the key is reported as a failure too; by then it has been seen.
    client.on("error", (thrown) => fail(reasonInWords(thrown), thrown));
    client.once("close", () => fail("it hung up"));
    client.connect({
      ...address,
      username: "nobody",
      readyTimeout: handshakeMs,
      hostVerifier: (blob: Buffer) => {
        seen(hostKeyOf(blob));
        return false;
      },
    });
  });
}
