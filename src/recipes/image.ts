/** Images as compose files name them. */
export interface ImageName {
  name: string;
  tag: string | undefined;
  digest: string | undefined;
}

/** `registry:5000/a/b:1.2@sha256:…` in its parts. */
export function readImage(reference: string): ImageName {
  const [named = "", digest] = reference.split("@", 2);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  return {
    name: hasTag ? named.slice(0, colon) : named,
    tag: hasTag ? named.slice(colon + 1) : undefined,
    digest,
  };
}

const variable = /\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-?])([^}]*))?\}|\$([A-Za-z_]\w*)/g;

/** A text of a compose file with the values that are known; of others their default, else nothing. */
export function fillIn(raw: string, env: ReadonlyMap<string, string>): string {
  return raw.replace(
    variable,
    (match: string, braced?: string, how?: string, more?: string, bare?: string) => {
      if (match === "$$") return "$";
      const value = env.get(braced ?? bare ?? "");
      const isMissing = value === undefined || (how?.startsWith(":") === true && value === "");
      return isMissing ? (how?.endsWith("-") === true ? (more ?? "") : "") : value;
    },
  );
}
