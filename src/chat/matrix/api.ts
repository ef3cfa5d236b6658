import { LogService, MatrixClient } from "matrix-bot-sdk";
import type { Secret } from "../../core/secret.ts";
import { download, useFetch } from "./http.ts";

export interface CallOptions {
  query?: Record<string, string | number | boolean | undefined>;
  body?: object;
  timeoutMs?: number;
}

/** The homeserver's client API with the bot's token. Calls reject with what `failureOf` sorts. */
export interface Api {
  readonly homeserver: string;
  call<T = unknown>(method: "GET" | "POST" | "PUT", path: string, options?: CallOptions): Promise<T>;
  /** Uploads bytes; answers their mxc:// address. */
  upload(bytes: Buffer, type: string, name: string): Promise<string>;
  /** The bytes at a path of the client API. Rejects with `BodyTooLarge` when there are more than `mostBytes`. */
  download(path: string, mostBytes: number): Promise<Buffer>;
}

/** A path of the client API with every value escaped: room ids and event ids hold `!`, `$`, `:` and `/`. */
export function path(strings: TemplateStringsArray, ...values: string[]): string {
  return strings.reduce((built, part, index) => built + encodeURIComponent(values[index - 1] ?? "") + part);
}

const quiet = { info: mute, warn: mute, error: mute, debug: mute, trace: mute };
function mute(): void {
  // matrix-bot-sdk logs every refused request with its body; what matters is sorted and logged by us.
}

/** Opens the client API over matrix-bot-sdk's MatrixClient, without its crypto store and without its sync loop. */
export function openApi(homeserver: string, accessToken: Secret): Api {
  useFetch();
  LogService.setLogger(quiet);
  const client = new MatrixClient(homeserver, accessToken.reveal());
  return {
    homeserver,
    call: (method, endpoint, { query, body, timeoutMs } = {}) =>
      client.doRequest(method, endpoint, query ?? null, body ?? null, timeoutMs) as Promise<never>,
    upload: (bytes, type, name) => client.uploadContent(bytes, type, name),
    download: (endpoint, mostBytes) =>
      download(client.homeserverUrl + endpoint, accessToken.reveal(), mostBytes),
  };
}
