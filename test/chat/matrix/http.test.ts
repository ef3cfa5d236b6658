import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openApi, path } from "../../../src/chat/matrix/api.ts";
import { failureOf } from "../../../src/chat/matrix/failure.ts";
import { withSignal } from "../../../src/chat/matrix/http.ts";
import { Secret } from "../../../src/core/secret.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function homeserver(answer: RequestListener): Promise<ReturnType<typeof openApi>> {
  server = createServer(answer);
  await new Promise<void>((listening) => server?.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return openApi(`http://127.0.0.1:${port}`, new Secret("syt_the_bots_own_token"));
}
const failing = async (work: Promise<unknown>): Promise<ReturnType<typeof failureOf>> =>
  work.then(
    () => expect.fail("it worked"),
    (thrown: unknown) => failureOf(thrown),
  );

test("requests carry token, query and JSON, and escape what goes into the path", async () => {
  const seen: unknown[] = [];
  const api = await homeserver((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      seen.push([request.method, request.url, request.headers.authorization, body]);
      response.end('{"event_id":"$1"}');
    });
  });
  const answer = await api.call("PUT", path`/send/${"!a/b:x"}/${"$1+é"}`, {
    query: { limit: 5, from: undefined, to: "t/1" },
    body: { msgtype: "m.notice" },
  });
  expect(answer).toEqual({ event_id: "$1" });
  expect(seen).toEqual([
    [
      "PUT",
      "/send/!a%2Fb%3Ax/%241%2B%C3%A9?limit=5&to=t%2F1",
      "Bearer syt_the_bots_own_token",
      '{"msgtype":"m.notice"}',
    ],
  ]);
});

test("a short rate limit is waited out, by body or by header; a long one is handed on", async () => {
  let asked = 0;
  const api = await homeserver((request, response) => {
    asked++;
    if (request.url === "/long")
      response.writeHead(429).end('{"errcode":"M_LIMIT_EXCEEDED","error":"x","retry_after_ms":60000}');
    else if (asked === 1) response.writeHead(429).end('{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":5}');
    else if (asked === 2) response.writeHead(429, { "retry-after": "0.01" }).end("<html>slow down</html>");
    else response.end("{}");
  });
  expect(await api.call("GET", "/short")).toEqual({});
  expect(asked).toBe(3);
  expect(await failing(api.call("GET", "/long"))).toMatchObject({ kind: "passing", retryAfterMs: 60_000 });
  expect(asked).toBe(4);
});

test.each([
  [
    403,
    '{"errcode":"M_FORBIDDEN","error":"You are not in this room"}',
    "refused",
    "403 M_FORBIDDEN You are not in this room",
  ],
  [404, '{"errcode":"M_NOT_FOUND","error":"none"}', "refused", "404 M_NOT_FOUND none"],
  [401, '{"errcode":"M_UNKNOWN_TOKEN","error":"gone"}', "token", "401 M_UNKNOWN_TOKEN gone"],
  [500, '{"errcode":"M_UNKNOWN","error":"later"}', "passing", "500 M_UNKNOWN later"],
  [404, "<html>the proxy knows no such site</html>", "passing", "404"],
  [502, "{}", "passing", "502"],
])("%i %s is %s", async (status, body, kind, words) => {
  const api = await homeserver((_request, response) => void response.writeHead(status).end(body));
  expect(await failing(api.call("GET", "/x"))).toMatchObject({ kind, words });
});

test("nobody there, a cut connection and an ended wait are passing, with the reason in words", async () => {
  const nobody = openApi("http://127.0.0.1:9", new Secret("syt_the_bots_own_token"));
  expect(await failing(nobody.call("GET", "/x"))).toMatchObject({
    kind: "passing",
    words: expect.stringMatching(/port|ECONNREFUSED/) as string,
  });
  const api = await homeserver((request, response) => {
    if (request.url === "/cut") response.destroy();
  });
  expect(await failing(api.call("GET", "/cut"))).toMatchObject({ kind: "passing" });
  expect(await failing(api.call("GET", "/slow", { timeoutMs: 20 }))).toMatchObject({
    words: expect.stringContaining("timeout") as string,
  });
  const stop = new AbortController();
  const waiting = failing(withSignal(stop.signal, () => api.call("GET", "/slow")));
  stop.abort();
  expect(await waiting).toMatchObject({ kind: "passing" });
});
