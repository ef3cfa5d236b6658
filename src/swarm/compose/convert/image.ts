const digestLengths: Record<string, number> = { sha256: 64, sha384: 96, sha512: 128 };
const part = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const domain = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?$`);
const longestName = 255;

/**
 * An image as Docker shows it: `docker.io/library/nginx` is `nginx:latest` (distribution/reference: familiar string
 * with the default tag). Undefined when it is no image reference.
 */
export function familiarImage(reference: string): string | undefined {
  // The id of an image; it is taken as it is.
  if (/^[a-f0-9]{64}$/.test(reference)) return reference;
  const at = reference.indexOf("@");
  const [named, digest] = at < 0 ? [reference, ""] : [reference.slice(0, at), reference.slice(at + 1)];
  const { host, rest } = splitHost(named);
  const colon = rest.lastIndexOf(":");
  const [path, tag] = colon < 0 ? [rest, ""] : [rest.slice(0, colon), rest.slice(colon + 1)];
  if (!path.split("/").every((one) => part.test(one)) || (host !== "" && !domain.test(host)))
    return undefined;
  if (colon >= 0 && !/^\w[\w.-]{0,127}$/.test(tag)) return undefined;
  if (at >= 0 && !isDigest(digest)) return undefined;
  const isHub = host === "" || host === "docker.io" || host === "index.docker.io";
  const full = isHub ? `docker.io/${path.includes("/") ? path : `library/${path}`}` : `${host}/${path}`;
  if (full.length > longestName) return undefined;
  const name = full.replace(/^docker\.io\/(?:library\/(?!.*\/))?/, "");
  const shownTag = tag === "" && digest === "" ? "latest" : tag;
  return `${name}${shownTag === "" ? "" : `:${shownTag}`}${digest === "" ? "" : `@${digest}`}`;
}

/** What stands before the first slash is a host when it looks like one; otherwise it is part of the name. */
function splitHost(named: string): { host: string; rest: string } {
  const slash = named.indexOf("/");
  const first = named.slice(0, Math.max(0, slash));
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  return slash > 0 && isHost ? { host: first, rest: named.slice(slash + 1) } : { host: "", rest: named };
}

function isDigest(digest: string): boolean {
  const [, algorithm = "", hex = ""] = /^([a-z0-9]+):([a-f0-9]+)$/.exec(digest) ?? [];
  return digestLengths[algorithm] === hex.length;
}
