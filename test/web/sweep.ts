/** Everything that the app answers, asked by nobody and by a person per role: by sign-in, and by token. */
import { from, signedIn } from "./browse.ts";
import { toldDownloads, type Asked } from "./every-request.ts";
import { house, household, publicUrl, type House, type Name } from "./house.ts";

/** Somebody who asks, and by what they are known. */
export interface Visitor {
  role: string;
  name: Name | null;
  headers: () => Record<string, string>;
  /** After a request that ended their sign-in they are as before. */
  signInAgain?: () => Promise<void>;
}

/** A request with what each of the visitors got, in their order. */
export type Line = Asked & { got: { role: string; status: number; type: string }[] };

export interface Sweep {
  home: House;
  /** Nobody, and one person per role who has signed in. */
  bySignIn: () => Promise<Visitor[]>;
  /** The same people by a token; nobody has none. */
  byToken: () => Visitor[];
  lines: (visitors: Visitor[], every: Asked[]) => Promise<Line[]>;
  /** What was answered as refused, and yet came through the door, into a secret or into the books. */
  doneAllTheSame: string[];
}

/** Cleo is a second maintainer. */
const names = (Object.keys(household) as Name[]).filter((name) => name !== "cleo");
const roleOf = (name: Name): string => household[name][0] ?? "member";

export function openSweep(): Sweep {
  const home = house({ parts: toldDownloads() });
  const doneAllTheSame: string[] = [];
  return {
    home,
    doneAllTheSame,
    async bySignIn() {
      const visitors: Visitor[] = [{ role: "nobody", name: null, headers: () => ({}) }];
      for (const name of names) {
        let { cookie } = await signedIn(home, name);
        const signInAgain = async (): Promise<void> => void ({ cookie } = await signedIn(home, name));
        visitors.push({ role: roleOf(name), name, headers: () => ({ cookie }), signInAgain });
      }
      return visitors;
    },
    byToken: () =>
      names.map((name) => {
        const authorization = `Bearer ${home.apiTokenFor(name)}`;
        return { role: roleOf(name), name, headers: () => ({ authorization }) };
      }),
    async lines(visitors, every) {
      const lines: Line[] = [];
      for (const asked of every) {
        const line: Line = { ...asked, got: [] };
        for (const visitor of visitors) {
          const before = doneIn(home);
          const { status, headers } = await ask(home, visitor, asked);
          line.got.push({ role: visitor.role, status, type: headers.get("content-type") ?? "" });
          if (status >= 400 && doneIn(home) !== before)
            doneAllTheSame.push(`${shownOf(asked)} ${visitor.role}`);
          if (asked.endsSession === true) await visitor.signInAgain?.();
        }
        lines.push(line);
      }
      return lines;
    },
  };
}

/** What has been brought about, so far as the house was told of it. */
function doneIn({ heard, told }: House): string {
  return JSON.stringify([heard.length, told.putIn, told.keptStatements]);
}

/** One request, as a browser or a program sends it. */
export async function ask(
  home: House,
  { name, headers }: Pick<Visitor, "name" | "headers">,
  { method, path, body: made }: Asked,
  origin = publicUrl,
): Promise<Response> {
  // All come from one address: a minute passes, or it would soon have asked or tried too often.
  await home.clock.turn(60_000);
  const body = made?.(home, name) ?? new URLSearchParams({ why: "x" });
  const type = typeof body === "string" ? { "content-type": "application/json" } : {};
  const request =
    method === "GET" ? { headers: headers() } : { method, body, headers: { ...headers(), ...type, origin } };
  return home.web.app.request(path, request, from("192.0.2.7"));
}

/** What is asked by GET, by an ending: `/runs.json`, `/apps.csv`. */
export function withEnding(every: Asked[], ending: "json" | "csv"): Asked[] {
  return every
    .filter(({ method }) => method === "GET")
    .map((asked) => {
      const [path = "", query] = asked.path.split("?");
      const named = `${path === "/" ? "/index" : path}.${ending}`;
      return { ...asked, path: query === undefined ? named : `${named}?${query}` };
    });
}

/** As it stands in a table. */
export function shownOf({ method, path, note }: Asked): string {
  return `${method.padEnd(4)} ${(note === undefined ? path : `${path}, ${note}`).padEnd(44)}`;
}
