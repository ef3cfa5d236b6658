/** Names and pages as others see them: a real DNS server over UDP, real servers over HTTP and TLS. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttp, type RequestListener, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { openOutside, privateAddress, type Trust } from "../../src/outside/index.ts";
import { dnsServer, type DnsServer } from "./dns-server.ts";

const clock = systemClock;

describe("names", () => {
  let dns: DnsServer;
  beforeAll(async () => {
    dns = await dnsServer({
      "both.example.coop": ["192.0.2.7", "2001:db8::7"],
      "two.example.coop": ["192.0.2.9", "192.0.2.8"],
      "empty.example.coop": [],
      "silent.example.coop": "silent",
    });
  });
  afterAll(() => dns.stop());
  const addresses = (name: string) => openOutside({ clock, nameServers: [dns.address] }).addresses(name);

  it.each([
    ["both.example.coop", { known: true, addresses: ["192.0.2.7", "2001:db8::7"] }],
    ["two.example.coop", { known: true, addresses: ["192.0.2.8", "192.0.2.9"] }],
    ["empty.example.coop", { known: true, addresses: [] }],
    ["nowhere.example.coop", { known: true, addresses: [] }],
    ["192.0.2.1", { known: true, addresses: ["192.0.2.1"] }],
  ])("%s", async (name, expected) => {
    expect(await addresses(name)).toEqual(expected);
  });

  it("are not known when the DNS is silent", async () => {
    expect(await addresses("silent.example.coop")).toEqual({ known: false, why: "it does not answer" });
  });

  it("of addresses it is known which mean nothing outside", () => {
    const mine = [
      "10.1.2.3",
      "172.20.0.1",
      "192.168.1.1",
      "127.0.0.1",
      "169.254.1.1",
      "::1",
      "fd00::1",
      "fe80::1",
    ];
    expect(mine.filter((one) => !privateAddress(one))).toEqual([]);
    expect(["192.0.2.1", "172.32.0.1", "2001:db8::1"].filter(privateAddress)).toEqual([]);
  });
});

describe("pages", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-tls-"));
  const open: Server[] = [];
  let key: Buffer;
  let cert: Buffer;

  beforeAll(() => {
    const [keyFile, certFile] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
    const subject = [
      "-subj",
      "/O=Test authority/CN=app.example.coop",
      "-addext",
      "subjectAltName=DNS:app.example.coop",
    ];
    const files = ["-keyout", keyFile, "-out", certFile];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "40", ...subject, ...files],
      {
        stdio: "ignore",
      },
    );
    [key, cert] = [readFileSync(keyFile), readFileSync(certFile)];
  });
  afterAll(async () => {
    for (const server of open) {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
    rmSync(folder, { recursive: true, force: true });
  });

  async function serve(listener: RequestListener, isTls = true): Promise<Trust> {
    const server = isTls ? createHttps({ key, cert }, listener) : createHttp(listener);
    open.push(server);
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return { connectTo: { host: "127.0.0.1", port: (server.address() as AddressInfo).port } };
  }
  const probe = (trust: Trust, url = "https://app.example.coop/", withinMs = 0) =>
    openOutside({ clock, trust }).probe(url, { withinMs });

  it("answer with their status, their time and their certificate", async () => {
    const at = await serve((asked, answer) => {
      expect(asked.headers.host).toBe("app.example.coop");
      answer.writeHead(404).end("no such page");
    });
    expect(await probe({ ...at, ca: cert.toString() })).toEqual({
      alive: true,
      status: 404,
      ms: expect.any(Number) as number,
      url: "https://app.example.coop/",
      certificate: { issuer: "Test authority", daysLeft: 39, refused: null },
    });
  });

  it("tell what browsers would refuse, and are alive all the same", async () => {
    const at = await serve((_asked, answer) => void answer.end("ok"));
    expect(await probe(at)).toMatchObject({
      alive: true,
      certificate: { refused: "it is signed by itself" },
    });
    const other = await probe({ ...at, ca: cert.toString() }, "https://other.example.coop/");
    expect(other).toMatchObject({ alive: true, certificate: { refused: "it is for another name" } });
  });

  it("are followed over five redirects and no more", async () => {
    const at = await serve((asked, answer) => {
      const n = Number(asked.url?.slice(1));
      if (n < 5) answer.writeHead(302, { location: `/${n + 1}` }).end();
      else answer.end("there");
    });
    expect(await probe(at, "https://app.example.coop/0")).toMatchObject({
      status: 200,
      url: "https://app.example.coop/5",
    });
    const round = await serve((_asked, answer) => void answer.writeHead(301, { location: "/" }).end());
    expect(await probe(round)).toMatchObject({ alive: false, why: "it redirects more than 5 times" });
    const away = await serve(
      (_asked, answer) => void answer.writeHead(302, { location: "file:///etc/passwd" }).end(),
    );
    expect(await probe(away)).toMatchObject({ alive: true, status: 302 });
  });

  it("are not alive when they answer 502 or nothing listens, and are asked again in time", async () => {
    let asked = 0;
    const at = await serve((_asked, answer) => void answer.writeHead(++asked < 2 ? 502 : 200).end(), false);
    expect(await probe(at, "http://app.example.coop/")).toMatchObject({
      alive: false,
      why: "it answers 502",
    });
    expect(await probe(at, "http://app.example.coop/", 10_000)).toMatchObject({
      alive: true,
      status: 200,
      certificate: null,
    });
    const nothing = { connectTo: { host: "127.0.0.1", port: 1 } };
    expect(await probe(nothing)).toMatchObject({ alive: false, why: "nothing listens there" });
  });

  it("are not read to their end", async () => {
    const at = await serve((_asked, answer) => {
      answer.writeHead(200);
      const more = (): void => {
        if (!answer.destroyed) answer.write("x".repeat(65_536), more);
      };
      more();
    });
    expect(await probe(at)).toMatchObject({ alive: true, status: 200 });
  });

  it("are not waited for when the run is cancelled", async () => {
    const at = await serve(() => undefined);
    const stop = new AbortController();
    const asked = openOutside({ clock, trust: at }).probe("https://app.example.coop/", {
      withinMs: 60_000,
      signal: stop.signal,
    });
    stop.abort(new Error("cancelled"));
    await expect(asked).rejects.toThrow("cancelled");
  });
});
