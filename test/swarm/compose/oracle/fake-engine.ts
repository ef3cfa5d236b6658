/** A Docker Engine that exists only as answers: it records what `docker stack deploy` sends and keeps nothing else. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Payload {
  Name: string;
  [key: string]: unknown;
}

export type Kind = "networks" | "secrets" | "configs" | "services";
export type Recorded = Record<Kind, Payload[]>;

const apiVersion = "1.50";
const headers = {
  "content-type": "application/json",
  "Api-Version": apiVersion,
  Ostype: "linux",
  Swarm: "active/manager",
};

export interface FakeEngine {
  recorded: Recorded;
  port: number;
  close(): void;
}

/** Listens on a free port of the loopback address. Every external network, secret and config exists. */
export async function startFakeEngine(): Promise<FakeEngine> {
  const recorded: Recorded = { networks: [], secrets: [], configs: [], services: [] };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const url = new URL(request.url ?? "/", "http://engine");
      const path = decodeURIComponent(url.pathname.replace(/^\/v[0-9.]+/, ""));
      const { code, value } = answer(recorded, request.method ?? "GET", path, url, body);
      response.writeHead(code, headers);
      response.end(value === undefined ? "" : JSON.stringify(value));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { recorded, port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function answer(
  recorded: Recorded,
  method: string,
  path: string,
  url: URL,
  body: Payload | undefined,
): { code: number; value?: unknown } {
  const [, first = "", second = ""] = path.split("/");
  if (body !== undefined && second === "create" && isKind(first)) {
    recorded[first].push(body);
    return { code: 201, value: { ID: `new-${body.Name}`, Id: `new-${body.Name}` } };
  }
  if (path === "/_ping") return { code: 200 };
  if (path === "/version") {
    return {
      code: 200,
      value: { ApiVersion: apiVersion, MinAPIVersion: "1.24", Version: "28", Os: "linux" },
    };
  }
  if (path === "/info") {
    return { code: 200, value: { Swarm: { ControlAvailable: true, LocalNodeState: "active" } } };
  }
  if (first === "networks" && second !== "") {
    return { code: 200, value: { Id: "net", Name: second, Scope: "swarm" } };
  }
  if ((first === "secrets" || first === "configs") && second === "") {
    return { code: 200, value: namesAsked(url).map((Name) => ({ ID: `id-${Name}`, Spec: { Name } })) };
  }
  if (first === "secrets" || first === "configs") return { code: 404, value: { message: "not found" } };
  if (["networks", "services", "tasks", "nodes"].includes(first) && method === "GET") {
    return { code: 200, value: [] };
  }
  return { code: 404, value: { message: `no answer to ${method} ${path}` } };
}

function isKind(word: string): word is Kind {
  return word === "networks" || word === "secrets" || word === "configs" || word === "services";
}

/** The names of a list's filter: `{"name":{"a":true}}`. */
function namesAsked(url: URL): string[] {
  const filters = JSON.parse(url.searchParams.get("filters") ?? "{}") as { name?: Record<string, boolean> };
  return Object.keys(filters.name ?? {});
}

async function bodyOf(request: IncomingMessage): Promise<Payload | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : (JSON.parse(text) as Payload);
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}
