import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { openApi, path } from "../../../src/chat/matrix/api.ts";
import { failureOf } from "../../../src/chat/matrix/failure.ts";
import { BodyTooLarge, withSignal } from "../../../src/chat/matrix/http.ts";
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
  // Sent again it would be as large.
  [413, "<html>the proxy takes no more than 1 MB</html>", "refused", "413"],
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

describe("a download", () => {
  const most = 100_000;
  const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => expect.fail("it worked"),
      (thrown: unknown) => thrown,
    );

  test("brings the bytes with the bot's token, as many as may be and not one more", async () => {
    const seen: unknown[] = [];
    const api = await homeserver((request, response) => {
      seen.push([request.url, request.headers.authorization]);
      response.end(Buffer.alloc(request.url === "/more" ? most + 1 : most, 7));
    });
    expect(await api.download("/all", most)).toEqual(Buffer.alloc(most, 7));
    expect(await thrownBy(api.download("/more", most))).toBeInstanceOf(BodyTooLarge);
    expect(seen[0]).toEqual(["/all", "Bearer syt_the_bots_own_token"]);
  });

  test("is ended when it does not end by itself, whatever length was said", async () => {
    let sent = 0;
    let ended: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (ended = resolve));
    const api = await homeserver((_request, response) => {
      const go = (): void => {
        if (response.destroyed) return;
        sent += 10_000;
        response.write(Buffer.alloc(10_000), go);
      };
      response.on("close", ended);
      go();
    });
    expect(await thrownBy(api.download("/endless", most))).toBeInstanceOf(BodyTooLarge);
    await closed;
    // What lies in the sockets' buffers on the way is all that is sent in vain.
    expect(sent).toBeLessThan(100 * most);
  });

  test("that is packed counts as what comes out of it", async () => {
    const api = await homeserver((_request, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync(Buffer.alloc(50 * most)));
    });
    expect(await thrownBy(api.download("/packed", most))).toBeInstanceOf(BodyTooLarge);
  });

  test("follows to where the files lie, without the token", async () => {
    const seen: unknown[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push([request.url, request.headers.authorization]);
      response.end("bytes");
    });
    await new Promise<void>((listening) => elsewhere.listen(0, "127.0.0.1", listening));
    const { port } = elsewhere.address() as AddressInfo;
    const api = await homeserver((_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${port}/cdn/1` }).end(),
    );
    expect(String(await api.download("/file", most))).toBe("bytes");
    expect(seen).toEqual([["/cdn/1", undefined]]);
    elsewhere.close();
  });

  test("that is refused says why; a page of something in between is passing", async () => {
    const api = await homeserver((request, response) => {
      if (request.url === "/none") response.writeHead(404).end('{"errcode":"M_NOT_FOUND","error":"gone"}');
      else if (request.url === "/odd") response.writeHead(404).end("null");
      else response.writeHead(502).end("<html>try later</html>");
    });
    const refused = await failing(api.download("/none", most));
    expect(refused).toEqual({ kind: "refused", words: "404 M_NOT_FOUND gone", code: "M_NOT_FOUND" });
    expect(await failing(api.download("/odd", most))).toEqual({ kind: "passing", words: "404" });
    expect(await failing(api.download("/page", most))).toEqual({ kind: "passing", words: "502" });
  });
});
