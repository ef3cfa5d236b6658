/** Requests as a browser or a program would make them, without a server. */
import type { IncomingMessage } from "node:http";
import type { House, Name } from "./house.ts";

export interface Browser {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** The cookie as it would be sent. */
  cookie: string;
}

/** What the server would hand along: the socket's address. */
export function from(remoteAddress: string): { incoming: IncomingMessage } {
  return { incoming: { socket: { remoteAddress } } as unknown as IncomingMessage };
}

const env = from("192.0.2.7");

/** A browser that keeps the one cookie and says from which site a form comes. */
export function browser({ web, parts }: House): Browser {
  const keep = (response: Response): Response => {
    const set = response.headers.get("set-cookie");
    if (set !== null) one.cookie = set.includes("Max-Age=0") ? "" : (set.split(";")[0] ?? "");
    return response;
  };
  const one: Browser = {
    cookie: "",
    get: async (path, headers = {}) =>
      keep(await web.app.request(path, { headers: { cookie: one.cookie, ...headers } }, env)),
    post: async (path, fields, headers = {}) =>
      keep(
        await web.app.request(
          path,
          {
            method: "POST",
            body: new URLSearchParams(fields),
            headers: { cookie: one.cookie, origin: parts.settings.publicUrl, ...headers },
          },
          env,
        ),
      ),
  };
  return one;
}

/** A browser in which somebody has signed in. */
export async function signedIn(house: House, name: Name): Promise<Browser> {
  const one = browser(house);
  const response = await one.post("/sign-in", { token: house.linkFor(name) });
  if (response.status !== 303) throw new Error(`sign-in of ${name} answered ${response.status}`);
  return one;
}

/** A command by the JSON API. */
export function api(house: House, token: string | null, body: unknown, headers: Record<string, string> = {}) {
  return house.web.app.request(
    "/api/commands",
    {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: {
        "content-type": "application/json",
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...headers,
      },
    },
    env,
  );
}
