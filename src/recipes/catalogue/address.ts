import path from "node:path";

const longestAddress = 500;
/** A host out in the world: with a dot, and no number that could be a machine of the house. */
const publicHost = /^(?=.{4,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+$/i;

/**
 * Where a catalogue says that a repository is, as git may be given it; undefined when it may not be used. A
 * catalogue from the network names https, ssh and `git@host:path` addresses of hosts in the world; only one on this
 * machine (`folder` is where it lies) names folders, and hosts inside the house.
 */
export function repositoryAddress(said: unknown, folder: string | null): string | undefined {
  if (typeof said !== "string" || said.length > longestAddress || !/^[\x21-\x7e]+$/.test(said))
    return undefined;
  const short = /^[\w.-]+@([\w.-]+):(?!\/\/)[\w.~/-]+$/.exec(said);
  if (short !== null) return mayBe(short[1] ?? "", folder) && !said.startsWith("-") ? said : undefined;
  if (/^[a-z][a-z0-9+.-]*:/i.test(said))
    return URL.canParse(said) ? fromUrl(new URL(said), folder) : undefined;
  if (folder === null || said.startsWith("-")) return undefined;
  return path.resolve(folder, said);
}

function fromUrl(url: URL, folder: string | null): string | undefined {
  if (url.protocol === "file:") {
    return folder === null || url.host !== "" ? undefined : path.resolve(decodeURI(url.pathname));
  }
  const isSsh = url.protocol === "ssh:";
  if (!isSsh && url.protocol !== "https:") return undefined;
  if (url.password !== "" || (url.username !== "" && !isSsh)) return undefined;
  return mayBe(url.hostname, folder) && url.pathname.length > 1 ? url.href : undefined;
}

function mayBe(host: string, folder: string | null): boolean {
  return folder === null ? publicHost.test(host) : host !== "" && !host.startsWith("-");
}
