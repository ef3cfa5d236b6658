/** Stands between Tandem and the engine, and can keep the answer back to what the engine has done already. */
import { createServer, request } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface DockerGate {
  socketPath: string;
  /** Keeps back the next answer to such a request; resolves when the engine has given it. */
  holdNext(method: string, endpoint: RegExp): Promise<void>;
  stop(): Promise<void>;
}

export async function openDockerGate(engine: string): Promise<DockerGate> {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-gate-"));
  const socketPath = path.join(folder, "docker.sock");
  let held: { method: string; endpoint: RegExp; done: () => void } | undefined;
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    const passing = request({ socketPath: engine, method, path: url, headers }, (answer) => {
      if (held?.method === method && held.endpoint.test(url)) {
        // Never answered: whoever asked dies without knowing that it was done.
        const { done } = held;
        held = undefined;
        answer.resume().once("end", done);
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
    });
    const cut = (): void => {
      passing.destroy();
      outgoing.destroy();
    };
    passing.once("error", cut);
    outgoing.once("close", cut);
    incoming.pipe(passing);
  });
  await new Promise<void>((listening) => server.listen(socketPath, listening));
  return {
    socketPath,
    holdNext: (method, endpoint) => new Promise((done) => (held = { method, endpoint, done })),
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
