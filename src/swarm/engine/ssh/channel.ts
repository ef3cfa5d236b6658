import type { Duplex } from "node:stream";

/** The members of a network socket that Node's HTTP client calls, and what they do on a channel. */
export interface ChannelSocket extends Duplex {
  timeout: number;
  setTimeout(ms: number, onTimeout?: () => void): this;
  setKeepAlive(): this;
  setNoDelay(): this;
  ref(): this;
  unref(): this;
}

/**
 * Dresses an SSH channel as the socket that Node's HTTP client expects. `setTimeout` works: without it a call
 * to an engine that has gone silent would hang for ever. The others concern the connection, which many
 * channels share.
 */
export function asSocket(channel: Duplex): ChannelSocket {
  let timer: NodeJS.Timeout | undefined;
  const plain = { push: channel.push.bind(channel), write: channel.write.bind(channel) };
  const moved =
    <A extends unknown[], R>(act: (...args: A) => R) =>
    (...args: A): R => {
      timer?.refresh();
      return act(...args);
    };
  const nothing = (): ChannelSocket => socket;
  const socket = Object.assign(channel, {
    timeout: 0,
    setKeepAlive: nothing,
    setNoDelay: nothing,
    ref: nothing,
    unref: nothing,
    setTimeout(ms: number, onTimeout?: () => void): ChannelSocket {
      clearTimeout(timer);
      socket.timeout = ms;
      timer = ms > 0 ? setTimeout(() => socket.emit("timeout"), ms) : undefined;
      if (onTimeout !== undefined && ms > 0) socket.once("timeout", onTimeout);
      return socket;
    },
    push: moved(plain.push),
    write: moved(plain.write as (...args: unknown[]) => boolean),
  }) as ChannelSocket;
  channel.once("close", () => clearTimeout(timer));
  return socket;
}
