import { MatrixId, MemberName } from "../core/terms.ts";
import type { People } from "../people/index.ts";
import { bankNumber, fund } from "./two-months.ts";
import { usualSocket } from "./engine.ts";

/**
 * Who lives in the demo: a member who asks, two maintainers who agree, one of them operator and treasurer as well, and
 * two more treasurers: whoever asks to close a month needs two others.
 */
export const ana = MatrixId.parse("@ana:demo");
export const bo = MatrixId.parse("@bo:demo");
export const cleo = MatrixId.parse("@cleo:demo");
export const dana = MatrixId.parse("@dana:demo");
export const emil = MatrixId.parse("@emil:demo");
export const tandem = MatrixId.parse("@tandem:demo");
export const room = "!co-op:demo";

export const app = "notes.example.coop";
export const goodVersion = "1.0.0+1.0.0";
export const nextVersion = "1.1.0+1.0.0";
export const brokenVersion = "1.2.0-broken+1.0.0";

/** Those whom the settings do not name. */
export function settleIn(people: Pick<People, "byName" | "add" | "grant">): void {
  for (const [name, matrixId, displayName] of [
    ["ana", ana, "Ana"],
    ["dana", dana, "Dana"],
    ["emil", emil, "Emil"],
  ] as const) {
    if (people.byName(name) === undefined)
      people.add("config", { name: MemberName.parse(name), matrixId, displayName });
  }
  for (const name of ["dana", "cleo", "emil"]) people.grant("config", MemberName.parse(name), "treasurer");
}

/** The engine that the docker command would speak to, where that is a socket of this machine. */
export const dockerSocket = process.env["DOCKER_HOST"]?.startsWith("unix://")
  ? process.env["DOCKER_HOST"].slice("unix://".length)
  : usualSocket;

/** The settings of the demo, written out so that a newcomer can see what real ones look like. */
export function demoSettings(recipe: string, webPort: number): string {
  return `# Made by npm run demo. The real ones of a co-op look like this, with a matrix part added.
coop: { name: "Tandem demo co-op" }
dataDir: data
people:
  operators:
    - { name: ${MemberName.parse("cleo")}, matrixId: "${cleo}" }
  maintainers:
    - { name: bo, matrixId: "${bo}" }
    - { name: cleo, matrixId: "${cleo}" }
web: { listen: "127.0.0.1:${webPort}", publicUrl: "http://localhost:${webPort}" }
docker: { socket: ${JSON.stringify(dockerSocket)} }
recipes:
  custom-html: ${JSON.stringify(recipe)}
# Usually a week in which anybody may dispute what is to be paid; nobody wants to wait for it here.
work: { disputeDays: 0 }
collective: { slug: ${fund} }
books:
  accounts:
    gls: { number: ${bankNumber}, currency: EUR, mapping: gls }
  # Anybody may read the totals of closed months, at /books/summary.
  publicSummary: true
logLevel: info
`;
}
