/**
 * A Docker Engine that manages an empty swarm of one node and takes no orders: lists are answered, whatever would
 * change something is refused and kept. So a test can tell that nothing was changed. Where it matters what an
 * engine really does, test/real asks a real one.
 */
import { createServer } from "node:http";
import path from "node:path";

export interface QuietEngine {
  socket: string;
  /** Every request that was no reading, such as `POST /services/create`. */
  orders: string[];
  /** Names of secrets that the swarm holds. */
  secrets: string[];
  close(): Promise<void>;
}

const node = {
  ID: "node1",
  Spec: { Role: "manager", Availability: "active", Labels: {} },
  Description: { Hostname: "quiet", Platform: { Architecture: "x86_64", OS: "linux" }, Resources: {} },
  Status: { State: "ready", Addr: "127.0.0.1" },
};
const version = { ApiVersion: "1.41", MinAPIVersion: "1.12", Version: "20.10.24" };
const info = { ServerVersion: version.Version, Name: "quiet", Swarm: { ControlAvailable: true } };
const digest = `sha256:${"a".repeat(64)}`;

export async function quietEngine(folder: string): Promise<QuietEngine> {
  const socket = path.join(folder, "docker.sock");
  const orders: string[] = [];
  const secrets: string[] = [];
  const answers = (asked: string): unknown => {
    if (asked === "/version") return version;
    if (asked === "/info") return info;
    if (asked === "/nodes") return [node];
    if (asked === "/secrets") return secrets.map((Name) => ({ ID: Name, Spec: { Name } }));
    if (asked === "/volumes") return { Volumes: [] };
    if (asked.startsWith("/distribution/")) {
      return { Descriptor: { digest }, Platforms: [{ architecture: "amd64", os: "linux" }] };
    }
    return [];
  };
  const server = createServer((request, response) => {
    const asked = (request.url ?? "/").replace(/^\/v[\d.]+/, "").replace(/\?.*$/s, "");
    request.resume();
    response.setHeader("content-type", "application/json");
    if (request.method === "GET") return void response.end(JSON.stringify(answers(asked)));
    orders.push(`${request.method ?? "?"} ${asked}`);
    response.statusCode = 500;
    response.end(JSON.stringify({ message: "this engine takes no orders" }));
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
  return {
    socket,
    orders,
    secrets,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
