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
  /** What came along with each of them. */
  bodies: string[];
  /** Names of secrets that the swarm holds. */
  secrets: string[];
  /** Orders that are carried out after all: as far as answering that it was done. */
  obeys: RegExp | undefined;
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
  const engine: QuietEngine = {
    ...{ socket, orders: [], bodies: [], secrets: [], obeys: undefined },
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
  const { orders, bodies, secrets } = engine;
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
    response.setHeader("content-type", "application/json");
    if (request.method === "GET") return void response.end(JSON.stringify(answers(asked)));
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const order = `${request.method ?? "?"} ${asked}`;
      const obeyed = engine.obeys?.test(order) ?? false;
      orders.push(order);
      bodies.push(body);
      response.statusCode = obeyed ? 201 : 500;
      response.end(JSON.stringify(obeyed ? { ID: "made" } : { message: "this engine takes no orders" }));
    });
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
  return engine;
}
