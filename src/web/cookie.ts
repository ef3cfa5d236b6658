import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { publicUrlInsecure } from "../core/problems/web.ts";
import { longestMs } from "./sessions.ts";
import type { WebSettings } from "./types.ts";

/** The one cookie of Tandem: it holds a session, nothing else. */
export interface SessionCookie {
  readonly name: string;
  read(context: Context): string | undefined;
  set(context: Context, value: string): void;
  clear(context: Context): void;
}

/**
 * `__Host-tandem` wherever a browser keeps Secure cookies: over https, and over http on this very machine
 * (Chromium and Firefox treat localhost as trustworthy; Safari does not). With `insecureCookies` over plain
 * http the cookie is called `tandem` and lacks Secure. Throws `public-url-insecure` when neither holds.
 */
export function sessionCookie(settings: Pick<WebSettings, "publicUrl" | "insecureCookies">): SessionCookie {
  const url = new URL(settings.publicUrl);
  const plain = url.protocol !== "https:" && settings.insecureCookies === true;
  if (url.protocol !== "https:" && !plain && !isLoopbackName(url.hostname)) {
    throw publicUrlInsecure({ url: settings.publicUrl });
  }
  const name = plain ? "tandem" : "__Host-tandem";
  const shape = { path: "/", httpOnly: true, sameSite: "Lax", secure: !plain } as const;
  return {
    name,
    read: (context) => getCookie(context, name),
    set: (context, value) => setCookie(context, name, value, { ...shape, maxAge: longestMs / 1000 }),
    clear: (context) => void deleteCookie(context, name, shape),
  };
}

/** Whether a host name means this machine, whatever DNS says (RFC 6761 §6.3). */
export function isLoopbackName(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127\./.test(host);
}
