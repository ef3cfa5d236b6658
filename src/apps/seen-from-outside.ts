/** What others see of an app: whether its names lead to its server, and whether its page answers. */
import type { AppDomain } from "../core/terms.ts";
import { privateAddress, type Outside, type Probe } from "../outside/index.ts";
import { envValues } from "../recipes/index.ts";
import type { Server } from "../servers/types.ts";
import type { DeployPlan, SeenOutside } from "./types.ts";

/** A page gets a part of the deploy's time, and never more than this. */
const mostProbeMs = 60_000;
const leastProbeMs = 5000;
/** A certificate that ends sooner should have been renewed: Let's Encrypt does it 30 days before. */
const fewDays = 14;

export interface OutsideParts {
  outside: Outside | undefined;
  /** The public addresses of the server on this machine, as the settings say. */
  localAddresses: readonly string[];
}

/** DOMAIN and the names in EXTRA_DOMAINS, which is a piece of a rule for traefik: ``, `www.example.com` ``. */
export function namesOf(domain: AppDomain, envText: string): string[] {
  const more = (envValues(envText)["EXTRA_DOMAINS"] ?? "").split(/[\s,`'"()|&]+/);
  const isName = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
  return [...new Set([domain, ...more.filter((name) => isName.test(name))])];
}

/** One sentence for each name that does not lead to the server. Nothing when its addresses are not known. */
export async function warnOfNames(
  { outside, localAddresses }: OutsideParts,
  server: Server,
  names: readonly string[],
): Promise<string[]> {
  if (outside === undefined) return [];
  const hosts =
    server.ssh === null ? localAddresses : [server.ssh.host, ...server.nodes.map(({ host }) => host)];
  const found = await Promise.all(hosts.map((host) => outside.addresses(host)));
  const ours = found.flatMap((one) => (one.known ? one.addresses : [])).filter((one) => !privateAddress(one));
  if (ours.length === 0) return [];
  const where = `${server.name} has ${ours.join(" and ")}`;
  const each = await Promise.all(
    names.map(async (name) => {
      const answer = await outside.addresses(name);
      if (!answer.known) return [`the DNS could not be asked for ${name}: ${answer.why}.`];
      if (answer.addresses.length === 0) return [`${name} has no address in the DNS; ${where}.`];
      // Any that leads elsewhere sends some of the visitors there.
      const elsewhere = answer.addresses.filter((one) => !ours.includes(one));
      return elsewhere.length === 0 ? [] : [`${name} leads to ${elsewhere.join(" and ")}, but ${where}.`];
    }),
  );
  return each.flat();
}

/** Asks for the app's page when it has one that a proxy or a port shows. */
export async function lookFromOutside(
  { outside }: OutsideParts,
  { opensAt, timeoutSeconds }: Pick<DeployPlan, "opensAt" | "timeoutSeconds">,
  signal: AbortSignal,
): Promise<SeenOutside | null> {
  if (outside === undefined || opensAt === null) return null;
  const withinMs = Math.min(Math.max((timeoutSeconds * 1000) / 2, leastProbeMs), mostProbeMs);
  const probe = await outside.probe(`${opensAt}/`, { withinMs, signal });
  return { isAlive: probe.alive, lines: inWords(probe, opensAt) };
}

function inWords(probe: Probe, opensAt: string): string[] {
  if (!probe.alive) return [`Mind: it runs, but ${opensAt} does not answer from here: ${probe.why}.`];
  const { status, ms, certificate } = probe;
  const lines = [`${opensAt} answers ${status} in ${Math.round(ms)} ms.`];
  if (certificate === null) return lines;
  const { issuer, daysLeft, refused } = certificate;
  if (refused !== null) lines.push(`Mind: browsers refuse its certificate: ${refused}.`);
  else if (daysLeft < fewDays) lines.push(`Mind: its certificate of ${issuer} ends in ${daysLeft} days.`);
  else lines.push(`Its certificate of ${issuer} is good for ${daysLeft} days.`);
  return lines;
}
