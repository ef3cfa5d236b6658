/** One page, asked for as a browser would, with little patience. */
import { request as askHttp, type IncomingMessage } from "node:http";
import { request as askHttps } from "node:https";
import { TLSSocket } from "node:tls";
import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/problem.ts";
import type { Certificate, Probe } from "./types.ts";

const mostRedirects = 5;
const answerTimeoutMs = 10_000;
const pauseMs = 2000;
const dayMs = 24 * 3_600_000;

/** For tests: an address that stands in for every host, and whose certificates are believed. */
export interface Trust {
  connectTo?: { host: string; port: number };
  ca?: string;
}

interface Ask {
  clock: Clock;
  signal: AbortSignal | undefined;
  trust: Trust;
}

/** Asks again every two seconds until the page is alive or the time is over. Never throws but for `signal`. */
export async function probePage(
  clock: Clock,
  url: string,
  { withinMs, signal }: { withinMs: number; signal?: AbortSignal },
  trust: Trust = {},
): Promise<Probe> {
  const endMs = clock.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    const probe = await follow({ clock, signal, trust }, url);
    if (probe.alive || clock.now() + pauseMs >= endMs) return probe;
    await rest(clock, signal);
  }
}

async function follow(ask: Ask, first: string): Promise<Probe> {
  let url = first;
  const startedMs = ask.clock.now();
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    let answer: Answer;
    try {
      answer = await once(ask, url);
    } catch (thrown) {
      ask.signal?.throwIfAborted();
      return { alive: false, why: reasonOf(thrown), url };
    }
    const { status, location, certificate } = answer;
    if (status >= 500) return { alive: false, why: `it answers ${status}`, url };
    const next = status >= 300 && status < 400 ? target(location, url) : undefined;
    if (next === undefined) return { alive: true, status, ms: ask.clock.now() - startedMs, url, certificate };
    url = next;
  }
  return { alive: false, why: `it redirects more than ${mostRedirects} times`, url };
}

function target(location: string | undefined, from: string): string | undefined {
  if (location === undefined || !URL.canParse(location, from)) return undefined;
  const next = new URL(location, from);
  return next.protocol === "https:" || next.protocol === "http:" ? next.href : undefined;
}

interface Answer {
  status: number;
  location: string | undefined;
  certificate: Certificate | null;
}

/** Headers only: what comes after them is not read. */
function once({ clock, signal, trust }: Ask, url: string): Promise<Answer> {
  const at = new URL(url);
  const isTls = at.protocol === "https:";
  const { connectTo, ca } = trust;
  const options = {
    method: "GET",
    headers: { host: at.host, "user-agent": "Tandem (is it there?)", accept: "*/*" },
    path: at.pathname + at.search,
    host: connectTo?.host ?? at.hostname,
    port: connectTo?.port ?? (at.port === "" ? (isTls ? 443 : 80) : Number(at.port)),
    agent: false,
    timeout: answerTimeoutMs,
    ...(signal && { signal }),
    // What is wrong with a certificate is told; it is no reason to know nothing else.
    ...(isTls && { servername: at.hostname, rejectUnauthorized: false, ...(ca !== undefined && { ca }) }),
  };
  return new Promise((answered, failed) => {
    const call = (isTls ? askHttps : askHttp)(options, (response) => {
      const certificate = isTls ? certificateOf(response, clock) : null;
      answered({ status: response.statusCode ?? 0, location: response.headers.location, certificate });
      response.destroy();
    });
    call.once("timeout", () => call.destroy(new Error(`it is silent for ${answerTimeoutMs / 1000} s`)));
    call.on("error", failed);
    call.end();
  });
}

function certificateOf(response: IncomingMessage, clock: Clock): Certificate | null {
  const { socket } = response;
  if (!(socket instanceof TLSSocket)) return null;
  const found = socket.getPeerCertificate();
  if (Object.keys(found).length === 0) return null;
  const { O, CN } = found.issuer as { O?: string; CN?: string };
  const daysLeft = Math.floor((Date.parse(found.valid_to) - clock.now()) / dayMs);
  const refused = socket.authorized
    ? null
    : (refusals[String(socket.authorizationError)] ?? String(socket.authorizationError));
  return { issuer: O ?? CN ?? "nobody", daysLeft, refused };
}

const refusals: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its authority is not known",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its authority is not known",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is not known",
  CERT_HAS_EXPIRED: "it has ended",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for another name",
};

const reasons: Record<string, string> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "its name has no address",
  EAI_AGAIN: "the DNS does not answer",
  ECONNRESET: "it hung up",
  EHOSTUNREACH: "no way leads there",
  ENETUNREACH: "no way leads there",
  ETIMEDOUT: "it is silent",
};

function reasonOf(thrown: unknown): string {
  const { code = "" } = thrown as NodeJS.ErrnoException;
  return reasons[code] ?? messageOf(thrown);
}

function rest(clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((rested) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener("abort", done);
      rested();
    };
    const cancel = clock.after(pauseMs, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}
