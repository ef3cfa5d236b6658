import type { MiddlewareHandler } from "hono";
import type { AddressOf } from "./address.ts";
import type { SessionCookie } from "./cookie.ts";
import { formatOf, type WebContext, type WebEnv } from "./env.ts";
import type { Sessions } from "./sessions.ts";
import type { WebParts } from "./types.ts";

interface Recognising {
  parts: WebParts;
  sessions: Sessions;
  cookie: SessionCookie;
  addressOf: AddressOf;
}

/** Finds out who visits and from where. Pages of members are never kept by caches. */
export function recognise(with_: Recognising): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const socket = context.env.incoming?.socket.remoteAddress;
    context.set("address", with_.addressOf(socket, context.req.header("x-forwarded-for")));
    context.set("format", formatOf(new URL(context.req.url).pathname).format);
    const { member, through, verified } = memberOf(context, with_);
    context.set("member", member);
    context.set("through", through);
    context.set("verified", verified);
    await next();
    if (member !== null) context.header("Cache-Control", "no-store");
    else if (!context.res.headers.has("Cache-Control")) context.header("Cache-Control", "no-cache");
  };
}

function memberOf(
  context: WebContext,
  { parts, sessions, cookie }: Recognising,
): Pick<WebEnv["Variables"], "member" | "through" | "verified"> {
  const value = cookie.read(context);
  const signedIn = value === undefined ? undefined : sessions.find(value);
  if (signedIn !== undefined) return { ...signedIn, through: "session" };
  const token = bearerOf(context);
  const name = token === undefined ? undefined : parts.tokens.memberOfApiToken(token);
  const member = name === undefined ? undefined : parts.people.byName(name);
  return member === undefined || member.roles.length === 0
    ? { member: null, through: null, verified: false }
    : { member, through: "token", verified: false };
}

/** The bearer token of a request, if it carries one. */
export function bearerOf(context: WebContext): string | undefined {
  return /^Bearer +(\S{1,200}) *$/i.exec(context.req.header("authorization") ?? "")?.[1];
}
