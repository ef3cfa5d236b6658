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
  /** A stack whose service `app` runs, with nothing but folders in its container. */
  runs: string | undefined;
  close(): Promise<void>;
}

const node = {
  ID: "node1",
  Spec: { Role: "manager", Availability: "active", Labels: {} },
  Description: { Hostname: "quiet", Platform: { Architecture: "x86_64", OS: "linux" }, Resources: {} },
  Status: { State: "ready", Addr: "127.0.0.1" },
};
const version = { ApiVersion: "1.41", MinAPIVersion: "1.12", Version: "20.10.24" };
const info = {
  ServerVersion: version.Version,
  Name: "quiet",
  Swarm: { ControlAvailable: true, NodeID: node.ID },
};
const digest = `sha256:${"a".repeat(64)}`;

const task = {
  ...{ ID: "task1", ServiceID: "service1", NodeID: node.ID, DesiredState: "running" },
  Status: { State: "running", Timestamp: "2026-11-26T08:00:00Z", ContainerStatus: { ContainerID: "c1" } },
};
const folderStat = Buffer.from(JSON.stringify({ size: 4096, mode: 0x8000_01ed })).toString("base64");

function serviceOf(stack: string): object {
  return {
    ID: "service1",
    Spec: { Name: `${stack}_app`, Labels: { "com.docker.stack.namespace": stack } },
  };
}

export async function quietEngine(folder: string): Promise<QuietEngine> {
  const socket = path.join(folder, "docker.sock");
  const engine: QuietEngine = {
    ...{ socket, orders: [], bodies: [], secrets: [], obeys: undefined, runs: undefined },
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
    if (asked === "/services") return engine.runs === undefined ? [] : [serviceOf(engine.runs)];
    if (asked === "/tasks") return engine.runs === undefined ? [] : [task];
    if (asked.startsWith("/distribution/")) {
      return { Descriptor: { digest }, Platforms: [{ architecture: "amd64", os: "linux" }] };
    }
    return [];
  };
  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    const asked = url.replace(/^\/v[\d.]+/, "").replace(/\?.*$/s, "");
    response.setHeader("content-type", "application/json");
    if (request.method === "GET") return void response.end(JSON.stringify(answers(asked)));
    if (request.method === "HEAD") {
      if (url.endsWith("%2F")) response.setHeader("x-docker-container-path-stat", folderStat);
      else response.statusCode = 404;
      return void response.end();
    }
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const order = `${request.method ?? "?"} ${asked}`;
      const obeyed = engine.obeys?.test(order) ?? false;
      orders.push(order);
      bodies.push(body);
      response.statusCode = !obeyed ? 500 : request.method === "PUT" ? 200 : 201;
      response.end(JSON.stringify(obeyed ? { ID: "made" } : { message: "this engine takes no orders" }));
    });
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
  return engine;
}
