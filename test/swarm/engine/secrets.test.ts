import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSecrets } from "../../../src/swarm/belongings.ts";
import { connectEngine, type Engine } from "../../../src/swarm/engine/connect.ts";
import { bySocket } from "../../../src/swarm/engine/way.ts";

/** What an engine would see of the requests; one that knows the secret `shop_old_v1`. */
const seen: { address: string; body: string }[] = [];
const engineServer = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    const address = request.url ?? "";
    seen.push({ address, body });
    const isList = address.startsWith("/v1.41/secrets?");
    response.writeHead(request.method === "POST" ? 201 : 200, { "Content-Type": "application/json" });
    if (address === "/version") response.end(JSON.stringify({ ApiVersion: "1.41" }));
    else if (isList || address === "/v1.41/secrets") {
      response.end(JSON.stringify([{ ID: "1", Spec: { Name: "shop_old_v1" } }]));
    } else response.end(JSON.stringify({ ID: "2" }));
  });
});
let engine: Engine;

beforeAll(async () => {
  const socketPath = path.join(mkdtempSync(path.join(tmpdir(), "tandem-")), "engine.sock");
  await new Promise<void>((done) => engineServer.listen(socketPath, done));
  engine = connectEngine(bySocket(socketPath));
});

afterAll(() => {
  engine.close();
  engineServer.close();
});

describe("a new secret", () => {
  it("is sent in the body alone, where the engine's debug log does not see it", async () => {
    const asked: string[] = [];
    const value = (name: string) => () => {
      asked.push(name);
      return "correct-horse";
    };
    const wanted = ["shop_old_v1", "shop_new_v1"].map((name) => ({ name, value: value(name) }));
    expect(await createSecrets(engine, "shop", wanted)).toEqual({ created: ["shop_new_v1"] });
    // The value of one that exists is not even asked for.
    expect(asked).toEqual(["shop_new_v1"]);
    const sent = seen.find((one) => one.address.includes("/secrets/create"));
    expect(sent?.address).toBe("/v1.41/secrets/create?");
    // Without the label of the stack: `docker stack rm` would take it along, and leave the volumes.
    expect(JSON.parse(sent?.body ?? "")).toEqual({
      Name: "shop_new_v1",
      Labels: { "tandem.stack": "shop" },
      Data: Buffer.from("correct-horse").toString("base64"),
    });
  });
});
