import { describe, expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { openWeb } from "../../src/web/index.ts";
import { browser, from, signedIn } from "./browse.ts";
import { everyGet, otherGets } from "./every-page.ts";
import { house } from "./house.ts";

const policy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

test("every answer has the headers, whatever it is", async () => {
  const home = house();
  for (const one of [browser(home), await signedIn(home, "bo")]) {
    for (const path of [...everyGet, ...otherGets, "/sign-in?token=x", "/runs.json", "/runs.csv"]) {
      const { headers } = await one.get(path);
      expect([path, headers.get("content-security-policy")]).toEqual([path, policy]);
      expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("same-origin");
      expect(headers.get("x-frame-options")).toBe("DENY");
    }
  }
});

test("over plain http there is no HSTS", async () => {
  const home = house({ settings: { publicUrl: "http://localhost:8080" } });
  expect((await browser(home).get("/")).headers.get("strict-transport-security")).toBeNull();
});

test("no page holds a script, an inline style, a third party or an event attribute", async () => {
  const one = await signedIn(house(), "bo");
  for (const path of everyGet) {
    const page = await (await one.get(path)).text();
    expect(page).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|<[^>]*javascript:|<iframe|<object/i);
    const loaded = [...page.matchAll(/<(?:link|img|source)[^>]*(?:href|src)="([^"]*)"/g)].map((m) => m[1]);
    expect(loaded.every((address) => address?.startsWith("/"))).toBe(true);
  }
});

describe("the stylesheet", () => {
  test("is at most 20 KB, kept for long, and renamed when it changes", async () => {
    const one = browser(house());
    const page = await (await one.get("/")).text();
    const href = /href="(\/style\.css\?[0-9a-f]{10})"/.exec(page)?.[1] ?? "";
    const style = await one.get(href);
    expect(style.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(style.headers.get("cache-control")).toContain("immutable");
    expect(Buffer.byteLength(await style.text())).toBeLessThanOrEqual(20 * 1024);
  });
});

describe("the public address", () => {
  test("http elsewhere is refused at start, unless said on purpose", async () => {
    const settings = { publicUrl: "http://tandem.example.coop" };
    expect(() => house({ settings })).toThrow(Problem);
    const home = house({ settings: { ...settings, insecureCookies: true } });
    const one = await signedIn(home, "bo");
    expect(one.cookie).toMatch(/^tandem=/);
  });

  test("an address with a path is refused", () => {
    const settings = { publicUrl: "https://example.coop/tandem" };
    expect(() => house({ settings })).toThrow(/web\.publicUrl/);
  });

  test("http on this machine keeps the __Host- cookie", async () => {
    const one = await signedIn(house({ settings: { publicUrl: "http://localhost:8080" } }), "bo");
    expect(one.cookie).toMatch(/^__Host-tandem=/);
  });
});

test("a fault of ours is a page with a reference; the log has the rest", async () => {
  const home = house({
    parts: {
      runs: {
        list: () => {
          throw new Error("SQLITE_CORRUPT at /data/tandem.db");
        },
        show: () => undefined,
      },
    },
  });
  const one = await signedIn(home, "bo");
  const response = await one.get("/runs");
  const page = await response.text();
  expect(response.status).toBe(500);
  expect(page).toContain("This page could not be made.");
  expect(page).not.toMatch(/SQLITE|\/data|\.ts/);
  const reference = /reference: ([\w-]{8})\./.exec(page)?.[1] ?? "nothing";
  expect(JSON.stringify(home.logged)).toContain(reference);
});

test("a taken port is a problem", async () => {
  const first = house();
  const { port } = await first.web.start();
  const second = openWeb({
    ...house().parts,
    settings: { ...first.parts.settings, listen: { host: "127.0.0.1", port } },
  });
  await expect(second.start()).rejects.toMatchObject({ code: "web-port-taken" });
  await second.stop();
  await first.web.stop();
});

test("a server that serves: real sockets, then closed", async () => {
  const home = house();
  const { port } = await home.web.start();
  const address = `http://127.0.0.1:${port}`;
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  expect((await fetch(`${address}/runs`)).status).toBe(404);
  await home.web.stop();
  await expect(fetch(address)).rejects.toThrow();
});

describe("health and metrics", () => {
  const ill = { database: { ok: false, says: "3 MB free on /data" } };

  test("200 or 503; what the parts say only for operators", async () => {
    const well = house();
    expect(await (await browser(well).get("/healthz")).json()).toEqual({
      ok: true,
      parts: { database: { ok: true }, docker: { ok: true } },
    });
    const home = house({ parts: { health: () => ill } });
    const response = await browser(home).get("/healthz");
    expect([response.status, await response.json()]).toEqual([
      503,
      { ok: false, parts: { database: { ok: false } } },
    ]);
    const otto = await signedIn(home, "otto");
    expect(await (await otto.get("/healthz")).json()).toEqual({ ok: false, parts: ill });
  });

  test("a part that may be away makes nothing ill", async () => {
    const docker = { ok: false, says: "does not answer", optional: true };
    const home = house({ parts: { health: () => ({ docker }) } });
    expect((await browser(home).get("/healthz")).status).toBe(200);
  });

  test("metrics want an operator, unless Tandem's own address is this machine", async () => {
    const home = house();
    const token = home.apiTokenFor("otto");
    const got = await browser(home).get("/metrics", { authorization: `Bearer ${token}` });
    expect([got.status, await got.text()]).toEqual([200, "tandem_runs_open 2\n"]);
    expect((await (await signedIn(home, "bo")).get("/metrics")).status).toBe(404);

    const ask = (publicUrl: string, host: string, remoteAddress: string) =>
      house({ settings: { publicUrl, insecureCookies: true } }).web.app.request(
        "/metrics",
        { headers: { host } },
        from(remoteAddress),
      );
    const demo = "http://localhost:8080";
    expect((await ask(demo, "localhost:8080", "127.0.0.1")).status).toBe(200);
    expect((await ask(demo, "localhost:8080", "192.0.2.7")).status).toBe(404);
    expect((await ask(demo, "rebound.example", "127.0.0.1")).status).toBe(404);
    expect((await ask("https://tandem.example.coop", "localhost:8080", "127.0.0.1")).status).toBe(404);
  });
});

test("an address that floods is told to wait; /healthz is not counted", async () => {
  const home = house();
  const one = browser(home);
  for (let count = 0; count < 300; count++) expect((await one.get("/sign-in")).status).toBe(302);
  expect((await one.get("/")).status).toBe(429);
  expect((await one.get("/healthz")).status).toBe(200);
  await home.clock.turn(1000);
  expect((await one.get("/")).status).toBe(200);
});
