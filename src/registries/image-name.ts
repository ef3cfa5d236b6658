import { imageNameUnreadable } from "../core/problems/registries.ts";

/** An image as registries know it. */
export interface ImageName {
  /** As written, or `docker.io`. */
  host: string;
  /** The repository there, such as `library/nginx`. */
  path: string;
  /** Null when only a digest is named. */
  tag: string | null;
}

const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const hostShape = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::\\d{1,5})?$`);
const partShape = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/**
 * Takes an image reference apart by the rules of the docker CLI: without a host it is Docker Hub's, without a slash
 * there it is one of `library/`, without a tag `latest`. Throws `image-name-unreadable`.
 */
export function imageName(reference: string): ImageName {
  const [named = "", digest, ...more] = reference.split("@");
  const slash = named.indexOf("/");
  const first = slash < 0 ? "" : named.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost";
  const rest = isHost ? named.slice(slash + 1) : named;
  const colon = rest.lastIndexOf(":");
  const [bare, tag] = colon < 0 ? [rest, undefined] : [rest.slice(0, colon), rest.slice(colon + 1)];
  const isHub = !isHost || first === "docker.io" || first === "index.docker.io";
  const path = isHub && !bare.includes("/") ? `library/${bare}` : bare;
  const fits =
    more.length === 0 &&
    (digest === undefined || /^[a-z0-9]+:[a-f0-9]+$/.test(digest)) &&
    path.length <= 255 &&
    path.split("/").every((part) => partShape.test(part)) &&
    (!isHost || hostShape.test(first)) &&
    (tag === undefined || /^\w[\w.-]{0,127}$/.test(tag));
  if (!fits) throw imageNameUnreadable({ image: reference });
  return { host: isHub ? "docker.io" : first, path, tag: tag ?? (digest === undefined ? "latest" : null) };
}

/** The repository by which answers are kept, such as `docker.io/library/nginx`. */
export function repositoryOf({ host, path }: Pick<ImageName, "host" | "path">): string {
  return `${host}/${path}`;
}

/** Where the API of a registry answers: Docker Hub's has a name of its own, plain http is for loopback only. */
export function addressOf(host: string): string {
  if (host === "docker.io") return "https://registry-1.docker.io";
  return `${isLoopback(host) ? "http" : "https"}://${host}`;
}

export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}
