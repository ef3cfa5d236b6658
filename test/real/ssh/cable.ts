/** A cable between a client and a server that a test can pull out and put back. */
import net from "node:net";
import type { AddressInfo } from "node:net";

export interface Cable {
  port: number;
  /** Connections that were made through it so far. */
  readonly made: number;
  /** Ends every connection and takes no new ones. */
  cut(): Promise<void>;
  /** Ends every connection after `bytes` more bytes have gone to the server, and takes no new ones. */
  cutAfter(bytes: number): Promise<void>;
  /** Takes connections again. */
  mend(): Promise<void>;
  /** Lets nothing through any more, in silence, as a firewall that forgot the connection does. */
  mute(): void;
  stop(): Promise<void>;
}

export async function startCable(to: number): Promise<Cable> {
  const ends = new Set<net.Socket>();
  let made = 0;
  let left = Infinity;
  let isMute = false;
  let told: (() => void) | undefined;
  const serve = (): net.Server =>
    net.createServer((near) => {
      made++;
      const far = net.connect(to, "127.0.0.1");
      const end = (): void => {
        near.destroy();
        far.destroy();
      };
      for (const side of [near, far]) {
        ends.add(side);
        side.setNoDelay(true);
        side
          .on("error", end)
          .on("close", end)
          .on("close", () => ends.delete(side));
      }
      near.on("data", (chunk) => {
        left -= chunk.length;
        if (left < 0) told?.();
        else if (!isMute) far.write(chunk);
      });
      far.on("data", (chunk) => {
        if (!isMute) near.write(chunk);
      });
    });
  let server = serve();
  await new Promise<void>((up) => server.listen(0, "127.0.0.1", up));
  const { port } = server.address() as AddressInfo;
  const cable: Cable = {
    port,
    get made() {
      return made;
    },
    async cut() {
      left = Infinity;
      told = undefined;
      const closed = new Promise((down) => server.close(down));
      for (const side of ends) side.destroy();
      await closed;
    },
    cutAfter(bytes) {
      left = bytes;
      return new Promise((cut) => {
        told = () => void cable.cut().then(cut);
      });
    },
    async mend() {
      server = serve();
      await new Promise<void>((up) => server.listen(port, "127.0.0.1", up));
    },
    mute() {
      isMute = true;
    },
    async stop() {
      if (server.listening) await cable.cut();
    },
  };
  return cable;
}
