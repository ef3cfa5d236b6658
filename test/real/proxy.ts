/** Stands between a client and the homeserver and lets a test break single answers. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Proxy {
  url: string;
  /** Answers instead of the homeserver: a status and JSON, or undefined to pass the request on. */
  instead: (method: string, path: string) => { status: number; body: object } | undefined;
  /** Changes what /sync answers. */
  sync: (answer: Record<string, unknown>) => Record<string, unknown>;
  /** Whether the answer is thrown away and the connection cut, after the homeserver has done what was asked. */
  lose: (method: string, path: string) => boolean;
  /** Called with each request that is passed on. */
  seen: (method: string, path: string, body: string) => void;
  stop(): Promise<void>;
}

export async function startProxy(homeserver: string): Promise<Proxy> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      pass(Buffer.concat(chunks)).catch(() => response.destroy());
    });
    const pass = async (body: Buffer): Promise<void> => {
      const { method = "GET", url = "/" } = request;
      const other = proxy.instead(method, url);
      if (other !== undefined) {
        response
          .writeHead(other.status, { "content-type": "application/json" })
          .end(JSON.stringify(other.body));
        return;
      }
      proxy.seen(method, url, body.toString());
      const answer = await fetch(homeserver + url, {
        method,
        headers: {
          authorization: request.headers.authorization ?? "",
          "content-type": request.headers["content-type"] ?? "application/json",
        },
        ...(body.length > 0 && { body }),
      });
      if (proxy.lose(method, url)) {
        response.destroy();
        return;
      }
      let bytes = Buffer.from(await answer.arrayBuffer());
      if (url.includes("/v3/sync?") && answer.ok)
        bytes = Buffer.from(
          JSON.stringify(proxy.sync(JSON.parse(bytes.toString()) as Record<string, unknown>)),
        );
      response
        .writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" })
        .end(bytes);
    };
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const proxy: Proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    instead: () => undefined,
    sync: (answer) => answer,
    seen: () => undefined,
    lose: () => false,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return proxy;
}
